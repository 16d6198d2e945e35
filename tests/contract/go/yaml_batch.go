// Subcommands yaml-texts, yaml-labels and yaml-write: many texts read, and many values written, as Kratix does it.

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

// reading is what becomes of a text: a value, or why there is none.
type reading struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

// writing is what becomes of a value: a text, or why there is none.
type writing struct {
	Text  *string `json:"text,omitempty"`
	Error string  `json:"error,omitempty"`
}

func readYAMLTexts(arguments []string) (any, error) {
	return eachOf(arguments[0], func(text string) (answer reading) {
		defer recovered(&answer.Error)
		value, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return reading{Error: err.Error()}
		}
		return reading{Value: value}
	})
}

// readYAMLLabels reads maps of strings, as the labels of destination selectors are.
func readYAMLLabels(arguments []string) (any, error) {
	return eachOf(arguments[0], func(text string) (answer reading) {
		defer recovered(&answer.Error)
		var labels map[string]string
		if err := yaml.Unmarshal([]byte(text), &labels); err != nil {
			return reading{Error: err.Error()}
		}
		value, err := json.Marshal(labels)
		if err != nil {
			return reading{Error: err.Error()}
		}
		return reading{Value: value}
	})
}

func writeYAML(arguments []string) (any, error) {
	return eachOf(arguments[0], func(value json.RawMessage) (answer writing) {
		defer recovered(&answer.Error)
		// What an API client has in its hands, not a text of somebody else's.
		var object any
		decoder := json.NewDecoder(bytes.NewReader(value))
		decoder.UseNumber()
		if err := decoder.Decode(&object); err != nil {
			return writing{Error: err.Error()}
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return writing{Error: err.Error()}
		}
		written := string(text)
		return writing{Text: &written}
	})
}

// recovered makes an error of a panic: what can't be read or written is an answer.
func recovered(said *string) {
	if reason := recover(); reason != nil {
		*said = fmt.Sprint("panic: ", reason)
	}
}

// eachOf reads a JSON list from a file, and answers it item by item.
func eachOf[Item, Answer any](path string, answer func(Item) Answer) ([]Answer, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var items []Item
	if err := json.Unmarshal(content, &items); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	answers := make([]Answer, 0, len(items))
	for _, item := range items {
		answers = append(answers, answer(item))
	}
	return answers, nil
}
