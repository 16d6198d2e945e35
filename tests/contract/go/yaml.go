// Subcommand yaml: a file's documents, read as Kubernetes tooling reads them.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func readYAML(arguments []string) (any, error) {
	texts, err := splitDocuments(arguments[0])
	if err != nil {
		return nil, err
	}
	documents := []json.RawMessage{}
	for number, text := range texts {
		// Passed on as text: a Go number would lose the digits of a large integer.
		document, err := yaml.YAMLToJSON(text)
		if err != nil {
			return nil, fmt.Errorf("%s: document %d: %w", arguments[0], number+1, err)
		}
		documents = append(documents, document)
	}
	return documents, nil
}

// splitDocuments leaves out empty documents, as kubectl does.
func splitDocuments(path string) ([][]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var documents [][]byte
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if isEmptyDocument(document) {
			continue
		}
		documents = append(documents, document)
	}
}

func isEmptyDocument(text []byte) bool {
	document, err := yaml.YAMLToJSON(text)
	return err == nil && string(document) == "null"
}

// singleDocument is for the files that hold one object.
func singleDocument(path string) ([]byte, error) {
	documents, err := splitDocuments(path)
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, fmt.Errorf("%s: one document expected, %d found", path, len(documents))
	}
	return documents[0], nil
}
