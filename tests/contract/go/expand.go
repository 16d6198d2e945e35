// Subcommand expand: the variables of a container as its process sees them, after Kubernetes has put values in place of `$(NAME)`.

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// expandVariables does what the kubelet does in makeEnvironmentVariables: each value is expanded by those before it, and
// a name that is not known stays as it is written.
func expandVariables(arguments []string) (any, error) {
	text, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	var variables []variable
	if err := json.Unmarshal(text, &variables); err != nil {
		return nil, fmt.Errorf("%s: %w", arguments[0], err)
	}
	known := map[string]string{}
	mapping := expansion.MappingFuncFor(known)
	for _, variable := range variables {
		known[variable.Name] = expansion.Expand(variable.Value, mapping)
	}
	return known, nil
}
