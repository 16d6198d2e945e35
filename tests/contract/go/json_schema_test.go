package main

import (
	"strings"
	"testing"
)

func TestValuesAreHeldToASchema(t *testing.T) {
	schema := file(t, "schema.json", `{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}`)
	verdicts := contract(t, "json-schema", schema, file(t, "values.json", `[{}, {"a": 1}, {"a": "1"}, {"b": 1}]`))
	if !strings.HasPrefix(verdicts, "[null,null,\"") || !strings.Contains(verdicts, "'/a'") || !strings.Contains(verdicts, "'b'") {
		t.Error(verdicts)
	}
}

func TestASchemaThatIsNoneIsAnError(t *testing.T) {
	schema := file(t, "schema.json", `{"type": "objekt"}`)
	if err := run([]string{"json-schema", schema, file(t, "values.json", `[]`)}, &strings.Builder{}); err == nil {
		t.Error("it is taken")
	}
}
