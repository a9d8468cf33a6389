package platform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Values are the values of a scope, and what holds there.
type Values struct {
	Head      ValueVersion // of the scope itself
	Beneath   int64        // with an environment: the version of its project's values
	Effective ValueSet
}

// GetValues tells what holds in a scope; in an environment that need not exist, so that its first deployment can have values.
func (s *Service) GetValues(ctx context.Context, c Caller, scope ValueScope) (Values, error) {
	if err := s.valueScope(ctx, c, scope, ValuesRead); err != nil {
		return Values{}, err
	}
	return s.valuesOf(ctx, scope)
}

// ChangeValues sets and removes keys, as one new version. What is so already changes nothing, and makes none. Without a
// precondition it is a patch of the keys that it names, and is repeated when another change was faster.
//
// A change with secrets asks for the action values/secrets/write in place of values/write. Secrets are stored in
// the vault first: a crash leaves a version there that nothing refers to, never a reference to nothing. What a change
// replaces stays in the vault, since earlier versions refer to it.
func (s *Service) ChangeValues(ctx context.Context, c Caller, scope ValueScope, changes ValueChanges, pre Preconditions) (Values, error) {
	action := ValuesWrite
	if changes.hasSecrets() {
		action = ValuesSecretsWrite
	}
	if err := s.valueScope(ctx, c, scope, action); err != nil {
		return Values{}, err
	}
	if changes.Request != "" && !ValidOperationID(changes.Request) {
		return Values{}, badOperationID()
	}
	changes, err := changes.check()
	if err != nil {
		return Values{}, err
	}
	request := changes.fingerprint(c)
	var references map[string]string
	return s.decideValues(ctx, c, scope, versionOf{verb: "change", comment: changes.Comment, request: request}, pre, func(head ValueVersion) (map[string]Value, error) {
		// Before a secret is stored, with what stands for its address: what is refused leaves nothing in the vault.
		if err := checkValueSet(scope, changes.applyTo(head.Values, nil, "", head.At)); err != nil {
			return nil, err
		}
		if references == nil {
			if references, err = s.storeSecrets(ctx, scope, changes); err != nil {
				return nil, err
			}
		}
		return changes.applyTo(head.Values, references, c.ID, s.Now()), nil
	})
}

// RestoreValues makes values what they were in an earlier version: the keys that are named, or all. It is a new version. Where
// secrets come back it takes the action values/secrets/write.
func (s *Service) RestoreValues(ctx context.Context, c Caller, scope ValueScope, number int64, keys []string, comment string, pre Preconditions) (Values, error) {
	if err := s.valueScope(ctx, c, scope, ValuesWrite); err != nil {
		return Values{}, err
	}
	if problem := checkComment(comment); problem != nil {
		return Values{}, invalid("The values cannot be restored.", []Detail{*problem})
	}
	earlier, err := s.valueVersion(ctx, scope, number)
	if err != nil {
		return Values{}, err
	}
	if earlier.hasSecrets(keys) {
		if err := s.valueScope(ctx, c, scope, ValuesSecretsWrite); err != nil {
			return Values{}, err
		}
	}
	return s.decideValues(ctx, c, scope, versionOf{verb: "restore", comment: comment}, pre, func(head ValueVersion) (map[string]Value, error) {
		return restored(head, earlier, keys)
	})
}

// ListValueVersions lists the history of a scope, newest first and without the values themselves.
func (s *Service) ListValueVersions(ctx context.Context, c Caller, scope ValueScope, page Page) ([]ValueVersion, string, error) {
	if err := s.valueScope(ctx, c, scope, ValuesRead); err != nil {
		return nil, "", err
	}
	return s.Store.ValueVersions(ctx, scope, page)
}

// GetValueVersion returns what a scope's own values were.
func (s *Service) GetValueVersion(ctx context.Context, c Caller, scope ValueScope, number int64) (ValueVersion, error) {
	if err := s.valueScope(ctx, c, scope, ValuesRead); err != nil {
		return ValueVersion{}, err
	}
	return s.valueVersion(ctx, scope, number)
}

// CompareValueVersions tells in what two versions of a scope's own values differ. to nil means the newest one, from nil the
// one before to.
func (s *Service) CompareValueVersions(ctx context.Context, c Caller, scope ValueScope, from, to *int64) (before, after ValueVersion, differences []ValueDifference, err error) {
	if err := s.valueScope(ctx, c, scope, ValuesRead); err != nil {
		return before, after, nil, err
	}
	if to == nil {
		after, err = s.valueHead(ctx, scope)
	} else {
		after, err = s.valueVersion(ctx, scope, *to)
	}
	if err != nil {
		return before, after, nil, err
	}
	if from == nil {
		earlier := max(after.Number-1, 0)
		from = &earlier
	}
	if before, err = s.valueVersion(ctx, scope, *from); err != nil {
		return before, after, nil, err
	}
	return before, after, CompareValues(before.Values, after.Values), nil
}

// valueScope checks that the scope can be one, and that the caller may do this in it.
func (s *Service) valueScope(ctx context.Context, c Caller, scope ValueScope, a Permission) error {
	if scope.Environment == "" {
		_, err := s.project(ctx, c, scope.Project, a)
		return err
	}
	if _, err := s.inEnvironment(ctx, c, scope.Project, scope.Environment, "", a); err != nil {
		return err
	}
	return checkName("an environment", scope.Environment)
}

// valueHead is the newest version of a scope; the empty beginning where nothing was ever set.
func (s *Service) valueHead(ctx context.Context, scope ValueScope) (ValueVersion, error) {
	head, err := s.Store.ValueHead(ctx, scope)
	if isCode(err, NotFound) {
		return ValueVersion{Scope: scope}, nil
	}
	return head, err
}

func (s *Service) valueVersion(ctx context.Context, scope ValueScope, number int64) (ValueVersion, error) {
	if number == 0 {
		return ValueVersion{Scope: scope}, nil
	}
	version, err := s.Store.ValueVersion(ctx, scope, number)
	if isCode(err, NotFound) {
		return ValueVersion{}, Errorf(NotFound, "The values of %s have no version %d.", scope, number).Do("List the versions: lazuli value history %s", scope)
	}
	return version, err
}

// valuesOf reads what holds in a scope.
func (s *Service) valuesOf(ctx context.Context, scope ValueScope) (Values, error) {
	if scope.Environment == "" {
		head, err := s.valueHead(ctx, scope)
		return Values{Head: head, Effective: EffectiveValues(head)}, err
	}
	project, err := s.valueHead(ctx, ValueScope{Project: scope.Project})
	if err != nil {
		return Values{}, err
	}
	own, err := s.valueHead(ctx, scope)
	if err != nil {
		return Values{}, err
	}
	return Values{Head: own, Beneath: project.Number, Effective: EffectiveValues(project, own)}, nil
}

// versionOf is what a new version says of the request that makes it.
type versionOf struct{ verb, comment, request string }

// decideValues reads the head, decides what follows, and stores it; again when somebody else was faster.
func (s *Service) decideValues(ctx context.Context, c Caller, scope ValueScope, by versionOf, pre Preconditions, decide func(head ValueVersion) (map[string]Value, error)) (Values, error) {
	for range maxDecisions {
		head, err := s.valueHead(ctx, scope)
		if err != nil {
			return Values{}, err
		}
		if err := pre.check("The set of values of "+scope.String(), head.Number > 0, head.Number); err != nil {
			switch made, lookErr := s.madeBefore(ctx, scope, by.request, pre, head); {
			case lookErr != nil:
				return Values{}, lookErr
			case made:
				return s.valuesOf(ctx, scope)
			}
			return Values{}, err
		}
		values, err := decide(head)
		if err != nil {
			return Values{}, err
		}
		if err := checkValueSet(scope, values); err != nil {
			return Values{}, err
		}
		next, changed := head.followedBy(values, c.ID, by.comment, s.Now())
		if changed {
			next.Request = by.request
			audit := s.audit(c, scope.kind(by.verb), scope.Project, scope.target(), "", fmt.Sprintf("version %d", next.Number)).changing(auditedValues(head.Values, next.Values))
			err = s.commitValues(ctx, c, &next, audit)
		}
		switch {
		case err == nil:
			return s.valuesOf(ctx, scope)
		case !isCode(err, Conflict):
			return Values{}, fmt.Errorf("change values of %s: %w", scope, err)
		}
	}
	return Values{}, Errorf(Conflict, "Too many changes to the values of %s at once.", scope).Do("Try again.")
}

// madeBefore reports whether a request whose precondition does not hold any more is why it does not: whoever made the version that follows
// the one which it is bound to was the same request, whose answer was lost.
func (s *Service) madeBefore(ctx context.Context, scope ValueScope, request string, pre Preconditions, head ValueVersion) (bool, error) {
	next := int64(1) // where there was to be none before
	if pre.Revision != nil {
		next = *pre.Revision + 1
	}
	if request == "" || next > head.Number {
		return false, nil
	}
	version, err := s.valueVersion(ctx, scope, next)
	return version.Request == request, err
}

// commitValues stores a new version with the event that tells of it, which names keys and no values.
func (s *Service) commitValues(ctx context.Context, c Caller, next *ValueVersion, audit AuditEvent) error {
	scope := next.Scope
	p, err := s.Store.Project(ctx, scope.Project)
	if err != nil {
		return err
	}
	news, err := s.newNews(ctx, p.Name)
	if err != nil {
		return err
	}
	data := projectData{Environment: scope.Environment, Actor: c.ID, Version: next.Number}
	for _, change := range next.Changes {
		data.Keys = append(data.Keys, change.Key)
	}
	news.add(&p, valuesChanged, strings.TrimPrefix(scope.target(), "/")+"/values", data, next.At)
	err = s.Store.Commit(ctx, Transaction{Project: p.Name, PutProject: &p, PutValues: next, Audit: []AuditEvent{audit}, Outbox: news.sent})
	if err == nil {
		s.Relay.HintNews(p.Name, news.id)
	}
	return err
}

// storeSecrets stores the secrets of a change and gives their addresses, by key.
func (s *Service) storeSecrets(ctx context.Context, scope ValueScope, changes ValueChanges) (map[string]string, error) {
	references := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(changes.Set)) {
		secret := changes.Set[key].Secret
		if secret == nil {
			continue
		}
		if s.Vault == nil {
			return nil, Errorf(VaultUnavailable, "This installation has no vault, so it takes no secrets.").Do("Ask the platform team to set LAZULI_VAULT_URL.")
		}
		reference, err := s.Vault.Put(ctx, scope, key, *secret)
		if err != nil {
			return nil, fmt.Errorf("store secret %s of %s: %w", key, scope, err)
		}
		references[key] = reference
	}
	return references, nil
}
