// Subcommand crd: would an API server take a Promise's API once Kratix has had
// its hands on it, and would it then take an object (or a change to one)?

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

type crdReport struct {
	CRD    []string `json:"crd"`
	Object []string `json:"object"`
}

// promiseCRD is what the API server makes of a Promise's API, or its refusals.
func promiseCRD(path string) (*apiextensions.CustomResourceDefinition, []string, error) {
	api, err := readPromiseAPI(path)
	if err != nil {
		return nil, nil, err
	}
	crd, refusals, err := createCRD(api)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: spec.api: %w", path, err)
	}
	return crd, refusals, nil
}

func checkCRD(arguments []string) (any, error) {
	crd, refusals, err := promiseCRD(arguments[0])
	if err != nil {
		return nil, err
	}
	report := crdReport{CRD: refusals, Object: []string{}}
	objects := arguments[1:]
	switch {
	case len(objects) == 0:
	case len(refusals) > 0:
		report.Object = []string{"not checked: the CRD is refused"}
	default:
		if report.Object, err = checkObject(crd, objects); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// readPromiseAPI returns spec.api as JSON.
func readPromiseAPI(path string) ([]byte, error) {
	text, err := singleDocument(path)
	if err != nil {
		return nil, err
	}
	var promise struct {
		Kind string `json:"kind"`
		Spec struct {
			API json.RawMessage `json:"api"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &promise); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if promise.Kind != "Promise" || promise.Spec.API == nil {
		return nil, fmt.Errorf("%s: no Promise with a spec.api", path)
	}
	return promise.Spec.API, nil
}

// createCRD does what Kratix and then the API server do to a new API, and
// returns the CRD as stored together with every reason to refuse it.
//
// In one point it's stricter than both: Kratix silently drops a misspelt field,
// and a rule that nobody applies is the very thing a check should find.
func createCRD(api []byte) (*apiextensions.CustomResourceDefinition, []string, error) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	misspelt, err := kjson.UnmarshalStrict(api, crd)
	if err != nil {
		return nil, nil, err
	}
	refusals := messages(misspelt)
	if err := prepareAsKratix(crd); err != nil {
		return nil, append(refusals, err.Error()), nil
	}

	scheme := runtime.NewScheme()
	install.Install(scheme)
	scheme.Default(crd)
	stored := &apiextensions.CustomResourceDefinition{}
	if err := scheme.Convert(crd, stored, nil); err != nil {
		return nil, nil, err
	}
	rest.FillObjectMetaSystemFields(stored)
	strategy := customresourcedefinition.NewStrategy(scheme)
	clusterWide := genericapirequest.WithNamespace(context.Background(), "")
	err = rest.BeforeCreate(strategy, clusterWide, stored)
	return stored, append(refusals, causes(err)...), nil
}

// causes takes an API server's refusal apart, one message a field.
func causes(refusal error) []string {
	if refusal == nil {
		return []string{}
	}
	var status apierrors.APIStatus
	if !errors.As(refusal, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{refusal.Error()}
	}
	list := []string{}
	for _, cause := range status.Status().Details.Causes {
		list = append(list, cause.Field+": "+cause.Message)
	}
	return list
}

func messages(errs []error) []string {
	list := []string{}
	for _, err := range errs {
		list = append(list, err.Error())
	}
	return list
}
