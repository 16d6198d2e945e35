// Subcommand patterns: which texts each pattern matches, or why Go's regexp refuses it.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

type patternAnswer struct {
	Error   string `json:"error,omitempty"`
	Matches []bool `json:"matches,omitempty"`
}

// matchPatterns answers for each pattern of a file, in its order.
func matchPatterns(arguments []string) (any, error) {
	content, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	var questions []struct {
		Pattern string   `json:"pattern"`
		Texts   []string `json:"texts"`
	}
	if err := json.Unmarshal(content, &questions); err != nil {
		return nil, fmt.Errorf("%s: %w", arguments[0], err)
	}
	answers := []patternAnswer{}
	for _, question := range questions {
		pattern, err := regexp.Compile(question.Pattern)
		if err != nil {
			answers = append(answers, patternAnswer{Error: err.Error()})
			continue
		}
		answer := patternAnswer{Matches: []bool{}}
		for _, text := range question.Texts {
			answer.Matches = append(answer.Matches, pattern.MatchString(text))
		}
		answers = append(answers, answer)
	}
	return answers, nil
}
