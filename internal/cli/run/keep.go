package run

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// KeptFolder holds, in the run's folder, what the pipeline publishes of a plan that waits, and where it is downloaded to.
	KeptFolder = "plan"
	sealedFile = "plan.sealed"
	// lockFile names the providers that the plan was made with. The engine applies it with no others.
	lockFile = ".terraform.lock.hcl"
	// maxPlan bounds a plan with its lock file, in bytes.
	maxPlan = 64 << 20
)

// keep seals the plan for the run that will apply it. A plan file holds every value, secret ones too: who may read the pipeline's
// artifacts must not thereby read them.
func (s *Session) keep(c claim, digest string) error {
	packed, err := s.packPlan()
	if err != nil {
		return err
	}
	seal, err := sealer(c.PlanKey)
	if err != nil {
		return err
	}
	nonce := make([]byte, seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("seal the plan: %w", err)
	}
	if err := os.MkdirAll(s.path(KeptFolder), 0o700); err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	sealed := seal.Seal(nonce, nonce, packed, bound(s.Operation, digest))
	if err := os.WriteFile(s.path(KeptFolder, sealedFile), sealed, 0o600); err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	c.Kept = true
	return s.writeJSON(claimFile, c)
}

// Restore puts the plan that was approved, and no other, in the place where apply takes it. It sets the variable lazuli.next to apply.
func (s *Session) Restore(_ context.Context) error {
	c, err := s.claim()
	if err != nil {
		return err
	}
	if err := s.restore(c); err != nil {
		why := failure{Code: "PlanChanged", Message: "The plan that was approved could not be taken: " + safe(err.Error()) + ". Nothing was changed.", Target: "restore",
			Action: "Deploy again, to have a new plan approved."}
		return errors.Join(err, s.writeJSON("error.json", why))
	}
	fmt.Fprintf(s.Out, "The plan that was approved: %s\n", c.Plan)
	s.setVariable("lazuli.next", "apply")
	return nil
}

func (s *Session) restore(c claim) error {
	sealed, err := readBounded(s.path(KeptFolder, sealedFile))
	if err != nil {
		return err
	}
	seal, err := sealer(c.PlanKey)
	if err != nil {
		return err
	}
	if len(sealed) < seal.NonceSize() {
		return errors.New("the sealed plan is too short")
	}
	packed, err := seal.Open(nil, sealed[:seal.NonceSize()], sealed[seal.NonceSize():], bound(s.Operation, c.Plan))
	if err != nil {
		return errors.New("its seal does not belong to this operation and this plan")
	}
	if err := s.unpackPlan(packed); err != nil {
		return err
	}
	digest, err := fileDigest(s.path("root", planFile))
	if err != nil {
		return err
	}
	if digest != c.Plan {
		return fmt.Errorf("its digest is %s, and %s was approved", digest, c.Plan)
	}
	return nil
}

func sealer(key string) (cipher.AEAD, error) {
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(raw) != 32 {
		return nil, errors.New("the API gave no key to seal the plan with")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("seal the plan: %w", err)
	}
	return cipher.NewGCM(block)
}

// bound is what the seal stands for beside the content.
func bound(operation, digest string) []byte { return []byte("lazuli plan|" + operation + "|" + digest) }

func (s *Session) packPlan() ([]byte, error) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, name := range []string{planFile, lockFile} {
		content, err := readBounded(s.path("root", name))
		if errors.Is(err, fs.ErrNotExist) && name == lockFile {
			continue // a root with no provider has none
		}
		if err != nil {
			return nil, err
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			return nil, fmt.Errorf("pack the plan: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the plan: %w", err)
	}
	return packed.Bytes(), nil
}

// unpackPlan writes the two files, by their own names alone.
func (s *Session) unpackPlan(packed []byte) error {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return fmt.Errorf("unpack the plan: %w", err)
	}
	for _, name := range []string{planFile, lockFile} {
		in, err := z.Open(name)
		if errors.Is(err, fs.ErrNotExist) && name == lockFile {
			continue
		}
		if err != nil {
			return fmt.Errorf("unpack the plan: %w", err)
		}
		content, err := io.ReadAll(io.LimitReader(in, maxPlan))
		if err = errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("unpack the plan: %w", err)
		}
		if err := os.WriteFile(s.path("root", name), content, 0o600); err != nil {
			return fmt.Errorf("unpack the plan: %w", err)
		}
	}
	return nil
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	if info.Size() > maxPlan {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", filepath.Base(path), info.Size(), maxPlan)
	}
	content, err := os.ReadFile(path) // #nosec G304 -- names of our own in the run's folder
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	return content, nil
}
