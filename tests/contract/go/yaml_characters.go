// Subcommand yaml-characters: which characters are lost when Kratix hands an object on? It writes it by sigs.k8s.io/yaml, which
// fails at some characters and turns others into something else.

package main

import (
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// lostCharacters returns their numbers.
func lostCharacters([]string) (any, error) {
	var characters []rune
	for character := range rune(utf8.MaxRune + 1) {
		if utf8.ValidRune(character) {
			characters = append(characters, character)
		}
	}
	return lostOf(characters), nil
}

// lostOf asks about many at a time, and only where one of them is lost about the halves.
func lostOf(characters []rune) []rune {
	const most = 4096
	lost := []rune{}
	switch {
	case len(characters) <= most && survive(characters):
	case len(characters) == 1:
		return characters
	default:
		half := len(characters) / 2
		lost = append(lostOf(characters[:half]), lostOf(characters[half:])...)
	}
	return lost
}

func survive(characters []rune) bool {
	texts := []string{}
	for _, character := range characters {
		texts = append(texts, string(character), "a"+string(character)+"b")
	}
	written, err := yaml.Marshal(texts)
	if err != nil {
		return false
	}
	var read []string
	if err := yaml.Unmarshal(written, &read); err != nil || len(read) != len(texts) {
		return false
	}
	for index, text := range texts {
		if read[index] != text {
			return false
		}
	}
	return true
}
