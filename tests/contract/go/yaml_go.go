// Subcommands yaml-go and unassigned: documents written by gopkg.in/yaml.v2, as Kratix writes a Promise's dependencies, and
// the characters that Go's Unicode doesn't have, so that it can't sort them as keys.

package main

import (
	"bytes"
	"encoding/json"
	"unicode"

	yamlv2 "gopkg.in/yaml.v2"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

func writeGoYAML(arguments []string) (any, error) {
	return eachOf(arguments[0], func(documents []json.RawMessage) (answer writing) {
		defer recovered(&answer.Error)
		out := new(bytes.Buffer)
		encoder := yamlv2.NewEncoder(out)
		for _, document := range documents {
			// As a client of the API server decodes an object without a Go type.
			var value any
			if err := utiljson.Unmarshal(document, &value); err != nil {
				return writing{Error: err.Error()}
			}
			if err := encoder.Encode(value); err != nil {
				return writing{Error: err.Error()}
			}
		}
		written := out.String()
		return writing{Text: &written}
	})
}

func unassignedCharacters([]string) (any, error) {
	unassigned := []rune{}
	for character := range rune(unicode.MaxRune + 1) {
		if !unicode.In(character, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co) {
			unassigned = append(unassigned, character)
		}
	}
	return unassigned, nil
}
