// What Kratix does to a Promise's API before it creates the CRD.

package main

import (
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// kratixMaxNameLength: names of requests become label values, which end there.
const kratixMaxNameLength = 63

// prepareAsKratix changes what can decide whether an API server takes the CRD
// or an object; labels and printer columns can't. The error stands for Kratix's
// panic on a schema that it can't write into.
func prepareAsKratix(crd *apiextensionsv1.CustomResourceDefinition) error {
	versions := crd.Spec.Versions
	path := field.NewPath("spec", "versions")
	if len(versions) == 0 {
		return field.Required(path, "Kratix panics without a version")
	}
	stored := max(0, slices.IndexFunc(versions, func(version apiextensionsv1.CustomResourceDefinitionVersion) bool {
		return version.Storage
	}))
	for index := range versions {
		version := &versions[index]
		path := path.Index(index).Child("schema", "openAPIV3Schema")
		if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			return field.Required(path, "Kratix panics without a schema")
		}
		schema := version.Schema.OpenAPIV3Schema
		if index == stored {
			limitNames(schema)
		}
		if schema.Properties == nil {
			return field.Required(path.Child("properties"), "Kratix panics without properties")
		}
		version.Subresources = &apiextensionsv1.CustomResourceSubresources{
			Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
		}
		schema.Properties["status"] = apiextensionsv1.JSONSchemaProps{
			Type:                   "object",
			XPreserveUnknownFields: ptr.To(true),
		}
	}
	return nil
}

func limitNames(schema *apiextensionsv1.JSONSchemaProps) {
	if schema.Properties == nil {
		schema.Properties = map[string]apiextensionsv1.JSONSchemaProps{}
	}
	metadata, found := schema.Properties["metadata"]
	if !found {
		metadata.Type = "object"
	}
	if metadata.Properties == nil {
		metadata.Properties = map[string]apiextensionsv1.JSONSchemaProps{}
	}
	name := metadata.Properties["name"]
	if name.Type == "" {
		name = apiextensionsv1.JSONSchemaProps{Type: "string"}
	}
	name.MaxLength = ptr.To[int64](kratixMaxNameLength)
	metadata.Properties["name"] = name
	schema.Properties["metadata"] = metadata
}
