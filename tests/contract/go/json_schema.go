// Subcommand json-schema: what a JSON Schema says of values, by the validator that Helm uses for the values of charts.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// checkJSON answers a list: of each value why the schema refuses it, and null where it doesn't.
func checkJSON(arguments []string) (any, error) {
	// A compiler holds a schema to its draft's own schema first. It fetches nothing but files.
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	schema, err := compiler.Compile(arguments[0])
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(arguments[1])
	if err != nil {
		return nil, err
	}
	var values []json.RawMessage
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", arguments[1], err)
	}
	verdicts := make([]*string, len(values))
	for place, value := range values {
		if verdicts[place], err = refusal(schema, value); err != nil {
			return nil, fmt.Errorf("value %d: %w", place, err)
		}
	}
	return verdicts, nil
}

func refusal(schema *jsonschema.Schema, text json.RawMessage) (*string, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	var invalid *jsonschema.ValidationError
	switch err := schema.Validate(value); {
	case err == nil:
		return nil, nil
	case errors.As(err, &invalid):
		reason := invalid.Error()
		return &reason, nil
	default:
		return nil, err
	}
}
