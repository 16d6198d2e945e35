// Subcommand terraform: what a .tf.json file says after HCL has evaluated its
// strings, which are templates even where nobody meant one.

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	hcljson "github.com/hashicorp/hcl/v2/json"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

type terraformFile struct {
	Resources []terraformResource `json:"resources"`
	// Other names whatever stands beside `resource` at the top of the file.
	Other       []string `json:"other"`
	Diagnostics []string `json:"diagnostics"`
}

type terraformResource struct {
	Type       string                     `json:"type"`
	Label      string                     `json:"label"`
	Attributes map[string]json.RawMessage `json:"attributes"`
}

var resourceBlocks = &hcl.BodySchema{
	Blocks: []hcl.BlockHeaderSchema{{Type: "resource", LabelNames: []string{"type", "name"}}},
}

func readTerraform(arguments []string) (any, error) {
	content, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	return evaluateTerraform(content, filepath.Base(arguments[0])), nil
}

func evaluateTerraform(content []byte, name string) terraformFile {
	result := terraformFile{Resources: []terraformResource{}, Other: []string{}, Diagnostics: []string{}}
	file, problems := hcljson.Parse(content, name)
	result.report(problems)
	if problems.HasErrors() {
		return result
	}
	found, rest, problems := file.Body.PartialContent(resourceBlocks)
	result.report(problems)
	for _, block := range found.Blocks {
		result.Resources = append(result.Resources, terraformResource{
			Type:       block.Labels[0],
			Label:      block.Labels[1],
			Attributes: result.evaluate(block.Body),
		})
	}
	others, problems := rest.JustAttributes()
	result.report(problems)
	for other := range others {
		result.Other = append(result.Other, other)
	}
	slices.Sort(result.Other)
	return result
}

// evaluate leaves out an attribute that can't be evaluated: its diagnostic tells.
func (f *terraformFile) evaluate(body hcl.Body) map[string]json.RawMessage {
	values := map[string]json.RawMessage{}
	attributes, problems := body.JustAttributes()
	f.report(problems)
	for name, attribute := range attributes {
		// A nil context would switch templates off and hand every string back as it stands.
		value, problems := attribute.Expr.Value(&hcl.EvalContext{})
		f.report(problems)
		if problems.HasErrors() {
			continue
		}
		encoded, err := json.Marshal(ctyjson.SimpleJSONValue{Value: value})
		if err != nil {
			f.Diagnostics = append(f.Diagnostics, attribute.Range.String()+": "+err.Error())
			continue
		}
		values[name] = encoded
	}
	return values
}

func (f *terraformFile) report(problems hcl.Diagnostics) {
	for _, problem := range problems {
		f.Diagnostics = append(f.Diagnostics, problem.Error())
	}
}
