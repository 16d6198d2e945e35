{{- /*
The manifests that people apply without Helm are the templates: files/ has links to them, and here only what the values
say is put in their place. So there is one copy of everything, and no second Promise to keep up to date.
*/ -}}

{{- /* The text of a manifest: (list . "files/promise.yaml") */ -}}
{{- define "team.file" -}}
  {{- (index . 0).Files.Get (index . 1) | required (printf "%s is missing: it is a link to a file elsewhere in the repository, which whatever fetched the chart left out; take the packaged chart" (index . 1)) -}}
{{- end -}}

{{- /* Objects that Teams need stay when the release goes: see the README. (an object) */ -}}
{{- define "team.keep" -}}
  {{- $_ := set .metadata "annotations" (dict "helm.sh/resource-policy" "keep") -}}
{{- end -}}

{{- /*
A value as YAML that every reader takes for the same. All text is quoted: one writer's bare 61e9540 is another reader's
number. What Go quotes by, YAML knows, too.
*/ -}}
{{- define "team.value" -}}
  {{- if kindIs "map" . -}}
    {{- $fields := list -}}
    {{- range $key, $value := . -}}
      {{- $fields = append $fields (printf "%s: %s" (quote $key) (include "team.value" $value)) -}}
    {{- end -}}
    {{- printf "{%s}" (join ", " $fields) -}}
  {{- else if kindIs "slice" . -}}
    {{- $items := list -}}
    {{- range . -}}
      {{- $items = append $items (include "team.value" .) -}}
    {{- end -}}
    {{- printf "[%s]" (join ", " $items) -}}
  {{- else if kindIs "string" . -}}
    {{- quote . -}}
  {{- else -}}
    {{- toJson . -}}
  {{- end -}}
{{- end -}}

{{- /*
Another document for a variable of the container, when it says something else: (list container name document).
Kubernetes puts variables in place of $(NAME), and $ in place of $$.
*/ -}}
{{- define "team.document" -}}
  {{- $document := index . 2 -}}
  {{- $name := index . 1 -}}
  {{- range (index . 0).env -}}
    {{- if and (eq .name $name) (not (deepEqual (fromYaml .value) $document)) -}}
      {{- $lines := "" -}}
      {{- range $key, $value := $document -}}
        {{- $lines = printf "%s%s: %s\n" $lines $key (include "team.value" $value) -}}
      {{- end -}}
      {{- $_ := set . "value" (replace "$" "$$" $lines) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
