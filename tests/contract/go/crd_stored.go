// Subcommand crd-stored: many APIs, each with objects, all in one go: what is stored of an object, and why it is refused.

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type storedQuestion struct {
	API     json.RawMessage `json:"api"`
	Objects []struct {
		New json.RawMessage `json:"new"`
		Old json.RawMessage `json:"old"`
	} `json:"objects"`
}

type storedAnswer struct {
	API     []string       `json:"api"`
	Objects []storedObject `json:"objects"`
}

type storedObject struct {
	// Stored is the object as it is read from the storage. It lacks what only a cluster knows.
	Stored   map[string]any `json:"stored"`
	Refusals []string       `json:"refusals"`
	Dropped  []string       `json:"dropped"`
	// Skipped says that the object's old state is none.
	Skipped bool `json:"skipped"`
}

// checkStored answers for each API of a file, in its order.
func checkStored(arguments []string) (any, error) {
	content, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	var questions []storedQuestion
	if err := json.Unmarshal(content, &questions); err != nil {
		return nil, fmt.Errorf("%s: %w", arguments[0], err)
	}
	answers := []storedAnswer{}
	for number, question := range questions {
		answer, err := storedIn(question)
		if err != nil {
			return nil, fmt.Errorf("%s: API %d: %w", arguments[0], number+1, err)
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func storedIn(question storedQuestion) (storedAnswer, error) {
	crd, refusals, err := createCRD(question.API)
	if err != nil {
		return storedAnswer{API: []string{err.Error()}, Objects: []storedObject{}}, nil
	}
	answer := storedAnswer{API: refusals, Objects: []storedObject{}}
	if len(refusals) > 0 {
		return answer, nil
	}
	versions := map[schema.GroupVersionKind]*servedVersion{}
	for number, object := range question.Objects {
		stored, err := storeObject(crd, versions, object.New, object.Old)
		if err != nil {
			return answer, fmt.Errorf("object %d: %w", number+1, err)
		}
		answer.Objects = append(answer.Objects, stored)
	}
	return answer, nil
}

func storeObject(crd *apiextensions.CustomResourceDefinition, versions map[schema.GroupVersionKind]*servedVersion, text, oldText []byte) (storedObject, error) {
	answer := storedObject{Refusals: []string{}, Dropped: []string{}}
	object, refusals, err := decode(text, false)
	if err != nil {
		answer.Refusals = append(answer.Refusals, err.Error())
		return answer, nil
	}
	answer.Refusals = append(answer.Refusals, refusals...)
	kind := object.GroupVersionKind()
	version, err := versionOf(crd, versions, kind)
	if err != nil {
		answer.Refusals = append(answer.Refusals, err.Error())
		return answer, nil
	}
	if answer.Dropped, err = version.settle(object); err != nil {
		answer.Refusals = append(answer.Refusals, err.Error())
		return answer, nil
	}
	// The request says where, if the object doesn't.
	if object.GetNamespace() == "" {
		object.SetNamespace(metav1.NamespaceDefault)
	}
	if oldText == nil {
		answer.Refusals = append(answer.Refusals, version.create(object)...)
	} else {
		old, _, err := decode(oldText, false)
		if err != nil {
			return answer, err
		}
		if _, err := version.settle(old); err != nil {
			// It can't have been stored.
			answer.Skipped = true
			return answer, nil
		}
		if old, err = reread(old); err != nil {
			return answer, err
		}
		answer.Refusals = append(answer.Refusals, version.update(object, old)...)
	}
	answer.Stored, err = readBack(crd, versions, object)
	return answer, err
}

func versionOf(crd *apiextensions.CustomResourceDefinition, versions map[schema.GroupVersionKind]*servedVersion, kind schema.GroupVersionKind) (*servedVersion, error) {
	if version, known := versions[kind]; known {
		return version, nil
	}
	version, err := serve(crd, kind)
	if err == nil {
		versions[kind] = version
	}
	return version, err
}

// readBack writes an object in the stored version, without a webhook, and reads it again.
func readBack(crd *apiextensions.CustomResourceDefinition, versions map[schema.GroupVersionKind]*servedVersion, object *unstructured.Unstructured) (map[string]any, error) {
	kind := object.GroupVersionKind()
	for _, version := range crd.Spec.Versions {
		if version.Storage {
			kind.Version = version.Name
		}
	}
	object.SetGroupVersionKind(kind)
	read, err := reread(object)
	if err != nil {
		return nil, err
	}
	version, err := versionOf(crd, versions, kind)
	if err != nil {
		// A version that isn't served is stored all the same.
		return read.Object, nil
	}
	if _, err := version.settle(read); err != nil {
		return nil, err
	}
	for _, field := range []string{"uid", "creationTimestamp", "resourceVersion"} {
		unstructured.RemoveNestedField(read.Object, "metadata", field)
	}
	return read.Object, nil
}

// reread is what JSON leaves of an object: a number without a fraction becomes an integer.
func reread(object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	read := &unstructured.Unstructured{}
	return read, read.UnmarshalJSON(text)
}
