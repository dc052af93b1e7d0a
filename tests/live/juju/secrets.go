// SPDX-License-Identifier: AGPL-3.0-only

package main

import (
	"github.com/juju/errors"
	"github.com/juju/juju/core/secrets"
	"github.com/juju/juju/rpc/params"
	"github.com/juju/juju/secrets/provider"
	"github.com/juju/names/v5"
)

type secret struct {
	uri       *secrets.URI
	owner     names.Tag
	label     string
	revisions []map[string]string // as they are encoded
	access    []secrets.AccessInfo
}

func (s *secret) latest() int { return len(s.revisions) }

// Of the application's secrets the leader is the manager.
func (k *controller) manages(unit string, s *secret) bool {
	if s.owner.Kind() == names.UnitTagKind {
		return s.owner.Id() == unit
	}
	return k.leader == unit
}

func (k *controller) find(uri string) *secret {
	parsed, err := secrets.ParseURI(uri)
	if err != nil {
		return nil
	}
	return k.secrets[parsed.ID]
}

func (k *controller) refuseSecrets(unit string, changes params.CommitHookChangesArg) string {
	for _, create := range changes.SecretCreates {
		owner, err := names.ParseTag(create.OwnerTag)
		if err != nil {
			return err.Error()
		}
		if owner.Kind() == names.ApplicationTagKind && k.leader != unit {
			return "permission denied"
		}
		for _, s := range k.secrets {
			if create.Label != nil && s.label == *create.Label && s.owner == owner {
				return "secret with label \"" + s.label + "\" already exists"
			}
		}
	}
	for _, update := range changes.SecretUpdates {
		s := k.find(update.URI)
		if s == nil || !k.manages(unit, s) {
			return "permission denied"
		}
	}
	for _, grant := range append(changes.SecretGrants, changes.SecretRevokes...) {
		s := k.find(grant.URI)
		isNew := false
		for _, create := range changes.SecretCreates {
			isNew = isNew || create.URI != nil && *create.URI == grant.URI
		}
		if !isNew && (s == nil || !k.manages(unit, s)) {
			return "permission denied"
		}
	}
	return ""
}

func (k *controller) changeSecrets(unit string, changes params.CommitHookChangesArg) {
	for _, create := range changes.SecretCreates {
		uri, _ := secrets.ParseURI(*create.URI)
		owner, _ := names.ParseTag(create.OwnerTag)
		s := &secret{uri: uri, owner: owner, revisions: []map[string]string{create.Content.Data}}
		if create.Label != nil {
			s.label = *create.Label
		}
		k.secrets[uri.ID] = s
	}
	for _, update := range changes.SecretUpdates {
		s := k.find(update.URI)
		if len(update.Content.Data) > 0 {
			s.revisions = append(s.revisions, update.Content.Data)
		}
		if update.Label != nil {
			s.label = *update.Label
		}
	}
	for _, id := range changes.TrackLatest {
		if s := k.find(id); s != nil {
			k.tracked[unit][s.uri.ID] = s.latest()
		}
	}
	for _, grant := range changes.SecretGrants {
		s := k.find(grant.URI)
		s.access = append(s.access, secrets.AccessInfo{
			Target: grant.SubjectTags[0], Scope: grant.ScopeTag, Role: secrets.SecretRole(grant.Role)})
	}
	for _, revoke := range changes.SecretRevokes {
		k.find(revoke.URI).access = nil
	}
}

// Both what a context asks about secrets, and the backend that keeps their contents: Juju's own.
type secretsOfUnit struct {
	controller *controller
	unit       string
}

func (s *secretsOfUnit) CreateSecretURIs(count int) ([]*secrets.URI, error) {
	var uris []*secrets.URI
	for ; count > 0; count-- {
		uris = append(uris, secrets.NewURI())
	}
	return uris, nil
}

func (s *secretsOfUnit) SecretMetadata() ([]secrets.SecretOwnerMetadata, error) {
	var all []secrets.SecretOwnerMetadata
	for _, one := range s.controller.secrets {
		if !s.controller.manages(s.unit, one) {
			continue
		}
		metadata := secrets.SecretOwnerMetadata{Metadata: secrets.SecretMetadata{
			URI: one.uri, Label: one.label, OwnerTag: one.owner.String(),
			LatestRevision: one.latest(), Access: one.access}}
		for revision := 1; revision <= one.latest(); revision++ {
			metadata.Revisions = append(metadata.Revisions, revision)
		}
		all = append(all, metadata)
	}
	return all, nil
}

func (s *secretsOfUnit) SecretRotated(uri string, oldRevision int) error { return nil }

// By the owner's label each unit of the application finds it.
func (s *secretsOfUnit) GetContent(uri *secrets.URI, label string, refresh, peek bool) (secrets.SecretValue, error) {
	var found *secret
	for _, one := range s.controller.secrets {
		mine := one.owner.Id() == s.unit || one.owner.Id() == s.controller.App
		if mine && (uri != nil && one.uri.ID == uri.ID || uri == nil && one.label == label) {
			found = one
		}
	}
	if found == nil && uri == nil {
		return nil, errors.NotFoundf("consumer label %q", label)
	}
	if found == nil {
		return nil, errors.NotFoundf("secret %q", uri.ID)
	}
	tracked := s.controller.tracked[s.unit]
	revision, known := tracked[found.uri.ID]
	if !known || refresh {
		tracked[found.uri.ID] = found.latest()
	}
	if !known || refresh || peek {
		revision = found.latest()
	}
	return secrets.NewSecretValue(found.revisions[revision-1]), nil
}

func (s *secretsOfUnit) GetRevisionContent(uri *secrets.URI, revision int) (secrets.SecretValue, error) {
	return secrets.NewSecretValue(s.controller.secrets[uri.ID].revisions[revision-1]), nil
}

func (s *secretsOfUnit) SaveContent(*secrets.URI, int, secrets.SecretValue) (secrets.ValueRef, error) {
	return secrets.ValueRef{}, errors.NotSupportedf("an external backend")
}
func (s *secretsOfUnit) DeleteContent(*secrets.URI, int) error { return errors.NotFoundf("content") }
func (s *secretsOfUnit) DeleteExternalContent(secrets.ValueRef) error {
	return errors.NotSupportedf("an external backend")
}
func (s *secretsOfUnit) GetBackend(*string, bool) (provider.SecretsBackend, string, error) {
	return nil, "", errors.NotSupportedf("an external backend")
}
