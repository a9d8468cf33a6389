package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// proofFile keeps what Prove found, for the result.
const proofFile = "proof.json"

// proof is what carries the environment's tag, whether a state knows of it or not.
type proof struct {
	Found []string `json:"found"`
}

// Prove looks for everything that carries the environment's tag: with the proof root, and in Azure Resource Graph where the
// bundle asks for that. It comes after a deletion, also after one that failed: then it is looked once, for the list of what is
// left. What was found is no error of this step; not having been able to look is.
func (s *Session) Prove(ctx context.Context) error {
	c, err := s.claim()
	if err != nil {
		return err
	}
	if c.Mode != "destroy" {
		return fmt.Errorf("a proof belongs to a deletion, and the mode of operation %s is %s", c.Operation, c.Mode)
	}
	_, err = os.Stat(s.path(errorFile))
	failed := err == nil
	found, err := s.proveWithEngine(ctx)
	if err != nil {
		return err
	}
	indexed, err := s.proveWithGraph(ctx, !failed)
	if err != nil {
		return s.notProven(err)
	}
	found = append(found, indexed...)
	for _, item := range found {
		fmt.Fprintf(s.Out, "left: %s\n", safe(item))
	}
	fmt.Fprintf(s.Out, "%d things carry the tag of the environment.\n", len(found))
	return s.writeJSON(proofFile, proof{Found: found})
}

// notProven keeps the reason for the result, unless the deletion itself failed and has one.
func (s *Session) notProven(err error) error {
	why := failure{Code: "NotProven", Message: "That nothing is left could not be proven: " + safe(err.Error()), Target: "prove",
		Action: "Delete again; a deletion is safe to repeat."}
	fmt.Fprintf(s.Out, "##vso[task.logissue type=error]%s\n", safe(why.Message))
	return errors.Join(err, s.keepFirst(why))
}

// proveWithEngine applies the proof root, which has no state and makes nothing.
func (s *Session) proveWithEngine(ctx context.Context) ([]string, error) {
	for _, args := range [][]string{{"init", "-no-color"}, {"apply", "-no-color", "-auto-approve"}} {
		if err := s.RunEngine(ctx, "prove", "proof", args); err != nil {
			return nil, err
		}
	}
	raw, err := s.capture(ctx, "proof", "output", "-json")
	if err != nil {
		return nil, s.notProven(err)
	}
	var said struct {
		Remaining *struct {
			Value []string `json:"value"`
		} `json:"remaining"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return nil, s.notProven(fmt.Errorf("decode the proof: %w", err))
	}
	if said.Remaining == nil {
		return nil, s.notProven(errors.New("the proof said nothing"))
	}
	return said.Remaining.Value, nil
}

// remaining lists what a deletion left: what the state still holds, and what carries the tag. Neither stands for the other.
func (s *Session) remaining(ctx context.Context) ([]string, error) {
	left, err := s.stateHolds(ctx)
	if err != nil {
		return nil, err
	}
	var tagged proof
	if readErr := s.readJSON(proofFile, &tagged); readErr != nil {
		err = fmt.Errorf("what carries the tag of the environment is not known: %w", readErr)
	}
	left = append(left, tagged.Found...)
	for i, name := range left {
		left[i] = name[:min(len(name), maxName)]
	}
	return left[:min(len(left), maxRemaining)], err
}

// What the contract takes of a list of what remains.
const (
	maxRemaining = 1000
	maxName      = 500
)

// stateHolds lists the addresses of what the engine still manages. What it only reads is nothing that is left.
func (s *Session) stateHolds(ctx context.Context) ([]string, error) {
	raw, err := s.capture(ctx, "", "show", "-json")
	if err != nil {
		return nil, err
	}
	var shown struct {
		Format string `json:"format_version"`
		Values struct {
			Root stateModule `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal(raw, &shown); err != nil {
		return nil, fmt.Errorf("decode the state: %w", err)
	}
	if shown.Format == "" {
		return nil, errors.New("the engine said nothing of its state")
	}
	return shown.Values.Root.managed(nil), nil
}

type stateModule struct {
	Resources []struct {
		Address string `json:"address"`
		Mode    string `json:"mode"`
		Deposed string `json:"deposed_key"`
	} `json:"resources"`
	Children []stateModule `json:"child_modules"`
}

func (m stateModule) managed(into []string) []string {
	for _, r := range m.Resources {
		switch {
		case r.Mode == "data":
		case r.Deposed != "":
			into = append(into, r.Address+" (deposed "+r.Deposed+")")
		default:
			into = append(into, r.Address)
		}
	}
	for _, child := range m.Children {
		into = child.managed(into)
	}
	return into
}
