// Objects of a CRD: decoded and judged by the API server's own code, in the
// order of its create and update handlers with strict field validation.

package main

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

// checkObject judges the creation of paths[0] or, with a second path, the
// change from paths[1] to paths[0].
func checkObject(crd *apiextensions.CustomResourceDefinition, paths []string) ([]string, error) {
	object, refusals, err := decodeObject(paths[0])
	if err != nil {
		return nil, err
	}
	version, err := serve(crd, object.GroupVersionKind())
	if err != nil {
		return append(refusals, err.Error()), nil
	}
	unknown, err := version.settle(object)
	if err != nil {
		return append(refusals, err.Error()), nil
	}
	refusals = append(refusals, unknown...)
	if len(paths) == 1 {
		return append(refusals, version.create(object)...), nil
	}

	// What is stored was taken once: only the change is on trial.
	old, _, err := decodeObject(paths[1])
	if err != nil {
		return nil, err
	}
	if _, err := version.settle(old); err != nil {
		return nil, fmt.Errorf("%s: %w", paths[1], err)
	}
	return append(refusals, version.update(object, old)...), nil
}

// decodeObject also returns what strict decoding refuses, such as a key given twice.
func decodeObject(path string) (*unstructured.Unstructured, []string, error) {
	text, err := singleDocument(path)
	if err != nil {
		return nil, nil, err
	}
	object, refusals, err := decode(text, true)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return object, refusals, nil
}

func decode(text []byte, isYAML bool) (*unstructured.Unstructured, []string, error) {
	typer := crdserverscheme.NewUnstructuredObjectTyper()
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, nil, typer, json.SerializerOptions{Yaml: isYAML, Strict: true})
	object := &unstructured.Unstructured{}
	refusals := []string{}
	_, _, err := strict.Decode(text, nil, object)
	if strictly, ok := runtime.AsStrictDecodingError(err); ok {
		refusals = messages(strictly.Errors())
	} else if err != nil {
		return nil, nil, err
	}
	if object.GetNamespace() == "" {
		object.SetNamespace(metav1.NamespaceDefault)
	}
	return object, refusals, nil
}

// servedVersion is one version of a CRD, set up as the API server does to serve it.
type servedVersion struct {
	schema   *structuralschema.Structural
	strategy rest.RESTCreateUpdateStrategy
}

func serve(crd *apiextensions.CustomResourceDefinition, kind schema.GroupVersionKind) (*servedVersion, error) {
	if kind.Group != crd.Spec.Group || kind.Kind != crd.Spec.Names.Kind || !apiextensions.HasServedCRDVersion(crd, kind.Version) {
		return nil, fmt.Errorf("no matches for kind %q in version %q", kind.Kind, kind.GroupVersion())
	}
	custom, err := apiextensions.GetSchemaForVersion(crd, kind.Version)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(custom.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(structural); err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(custom.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	subresources, err := apiextensions.GetSubresourcesForVersion(crd, kind.Version)
	if err != nil {
		return nil, err
	}
	strategy := customresource.NewStrategy(
		crdserverscheme.NewUnstructuredObjectTyper(),
		crd.Spec.Scope == apiextensions.NamespaceScoped,
		kind, validator, nil, structural, subresources.Status, subresources.Scale, nil,
	)
	return &servedVersion{structural, strategy}, nil
}

// settle prunes, coerces and defaults an object and returns its unknown fields.
// It repeats `unstructuredSchemaCoercer.apply`, which Kubernetes doesn't export.
func (v *servedVersion) settle(object *unstructured.Unstructured) ([]string, error) {
	metadata, found, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	track := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown = append(unknown, pruning.PruneWithOptions(object.Object, v.schema, true, track)...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, v.schema)
	refusal, embedded := objectmeta.CoerceWithOptions(nil, object.Object, v.schema, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if refusal != nil {
		return nil, refusal
	}
	unknown = append(unknown, embedded...)
	if found {
		if err := objectmeta.SetObjectMeta(object.Object, metadata); err != nil {
			return nil, err
		}
	}
	defaulting.Default(object.Object, v.schema)

	refusals := []string{}
	for _, path := range unknown {
		refusals = append(refusals, fmt.Sprintf("unknown field %q", path))
	}
	return refusals, nil
}

func (v *servedVersion) create(object *unstructured.Unstructured) []string {
	rest.FillObjectMetaSystemFields(object)
	return causes(rest.BeforeCreate(v.strategy, requestFor(object), object))
}

func (v *servedVersion) update(object, old *unstructured.Unstructured) []string {
	// Files carry none, and without one an API server takes no update at all.
	old.SetResourceVersion("1")
	object.SetResourceVersion("1")
	return causes(rest.BeforeUpdate(v.strategy, requestFor(object), object, old))
}

func requestFor(object *unstructured.Unstructured) context.Context {
	return genericapirequest.WithNamespace(context.Background(), object.GetNamespace())
}
