// Subcommand crd-each: many new objects of one API, judged in one go, since it is the API that takes long to read. They are
// given as a list in JSON, which has a way to write every character.

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// checkEach returns each object's refusals, in their order.
func checkEach(arguments []string) (any, error) {
	crd, refusals, err := promiseCRD(arguments[0])
	if err != nil {
		return nil, err
	}
	if len(refusals) > 0 {
		return nil, fmt.Errorf("%s: spec.api is refused: %q", arguments[0], refusals)
	}
	content, err := os.ReadFile(arguments[1])
	if err != nil {
		return nil, err
	}
	var texts []json.RawMessage
	if err := json.Unmarshal(content, &texts); err != nil {
		return nil, fmt.Errorf("%s: %w", arguments[1], err)
	}
	verdicts := [][]string{}
	versions := map[schema.GroupVersionKind]*servedVersion{}
	for number, text := range texts {
		verdict, err := judge(crd, versions, text)
		if err != nil {
			return nil, fmt.Errorf("%s: object %d: %w", arguments[1], number+1, err)
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}

// judge keeps what it makes of a version, for the next object.
func judge(crd *apiextensions.CustomResourceDefinition, versions map[schema.GroupVersionKind]*servedVersion, text []byte) ([]string, error) {
	object, refusals, err := decode(text, false)
	if err != nil {
		return nil, err
	}
	kind := object.GroupVersionKind()
	version, known := versions[kind]
	if !known {
		if version, err = serve(crd, kind); err != nil {
			return append(refusals, err.Error()), nil
		}
		versions[kind] = version
	}
	unknown, err := version.settle(object)
	if err != nil {
		return append(refusals, err.Error()), nil
	}
	return append(append(refusals, unknown...), version.create(object)...), nil
}
