// Subcommand kubernetes-types: the fields of Kubernetes' types that a pipeline's document may have, as `encoding/json` sees
// them, in the form of the host's own table.

package main

import (
	"encoding/json"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var inPipelines = []reflect.Type{
	reflect.TypeFor[metav1.ObjectMeta](),
	reflect.TypeFor[corev1.EnvFromSource](),
	reflect.TypeFor[corev1.EnvVar](),
	reflect.TypeFor[corev1.LocalObjectReference](),
	reflect.TypeFor[corev1.ResourceRequirements](),
	reflect.TypeFor[corev1.RestartPolicy](),
	reflect.TypeFor[corev1.SecurityContext](),
	reflect.TypeFor[corev1.Toleration](),
	reflect.TypeFor[corev1.Volume](),
	reflect.TypeFor[corev1.VolumeMount](),
	reflect.TypeFor[rbacv1.PolicyRule](),
}

var decodesItself = reflect.TypeFor[json.Unmarshaler]()

// typeTable has a line of each type, by its name.
type typeTable map[string]string

func kubernetesTypes([]string) (any, error) {
	table := typeTable{}
	for _, root := range inPipelines {
		table.name(root)
	}
	return table, nil
}

// name returns what a type is called, and adds it to the table.
func (table typeTable) name(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return table.shape(t)
	}
	if _, known := table[t.String()]; !known {
		table[t.String()] = ""
		if reflect.PointerTo(t).Implements(decodesItself) {
			table[t.String()] = "itself"
		} else {
			table[t.String()] = table.shape(t)
		}
	}
	return t.String()
}

func (table typeTable) shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return strings.Join(table.fields(t), ", ")
	case reflect.Slice:
		return "[]" + table.name(t.Elem())
	case reflect.Map:
		return "map[" + table.name(t.Key()) + "]" + table.name(t.Elem())
	default:
		return t.Kind().String()
	}
}

// fields takes those of a struct without a name for its own, as encoding/json does; its errors name that struct.
func (table typeTable) fields(t reflect.Type) []string {
	var fields []string
	for index := range t.NumField() {
		field := t.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.Anonymous || name != "" {
			fields = append(fields, name+" "+table.name(field.Type))
			continue
		}
		for _, inner := range table.fields(field.Type) {
			fields = append(fields, field.Name+"."+inner)
		}
	}
	return fields
}
