// SPDX-License-Identifier: AGPL-3.0-only

package main

import (
	"fmt"

	"github.com/juju/juju/rpc/params"
	"github.com/juju/names/v5"
)

func copied(bag map[string]string) params.Settings {
	result := params.Settings{}
	for key, value := range bag {
		result[key] = value
	}
	return result
}

func failed(err *params.Error) interface{} {
	return params.SettingsResults{Results: []params.SettingsResult{{Error: err}}}
}

func (c *caller) read(call string, args interface{}) (interface{}, error) {
	k := c.controller
	if call == "Uniter.ReadLocalApplicationSettings" {
		var asked params.RelationUnit
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		r, err := k.relationOf(asked.Relation)
		if err != nil {
			return nil, err
		}
		if k.leader != c.unit {
			return params.SettingsResult{Error: denied()}, nil
		}
		return params.SettingsResult{Settings: copied(r.Apps[k.App])}, nil
	}
	if call == "Uniter.ReadSettings" {
		var asked params.RelationUnits
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		r, err := k.relationOf(asked.RelationUnits[0].Relation)
		if err != nil {
			return nil, err
		}
		return params.SettingsResults{Results: []params.SettingsResult{{Settings: copied(r.Units[c.unit])}}}, nil
	}
	var asked params.RelationUnitPairs
	if err := convert(args, &asked); err != nil {
		return nil, err
	}
	r, err := k.relationOf(asked.RelationUnitPairs[0].Relation)
	if err != nil {
		return nil, err
	}
	of, err := names.ParseTag(asked.RelationUnitPairs[0].RemoteUnit)
	if err != nil {
		return nil, err
	}
	bag, known := r.Units[of.Id()]
	if of.Kind() == names.ApplicationTagKind {
		bag, known = r.Apps[of.Id()]
		own := of.Id() == k.App && r.Other != k.App
		known = known && (!own || k.leader == c.unit)
	}
	if !known {
		return failed(denied()), nil
	}
	return params.SettingsResults{Results: []params.SettingsResult{{Settings: copied(bag)}}}, nil
}

func change(bag map[string]string, by params.Settings) {
	for key, value := range by {
		if value == "" {
			delete(bag, key)
		} else {
			bag[key] = value
		}
	}
}

// All of it, or nothing.
func (c *caller) commit(args interface{}) (interface{}, error) {
	var asked params.CommitHookChangesArgs
	if err := convert(args, &asked); err != nil {
		return nil, err
	}
	k := c.controller
	refuse := func(text string) (interface{}, error) {
		return params.ErrorResults{Results: []params.ErrorResult{{Error: &params.Error{Message: text}}}}, nil
	}
	for _, changes := range asked.Args {
		for _, settings := range changes.RelationUnitSettings {
			if _, err := k.relationOf(settings.Relation); err != nil {
				return refuse(err.Error())
			}
			if len(settings.ApplicationSettings) > 0 && k.leader != c.unit {
				return refuse(fmt.Sprintf("%q is not leader of %q", c.unit, k.App))
			}
		}
		if text := k.refuseSecrets(c.unit, changes); text != "" {
			return refuse(text)
		}
	}
	for _, changes := range asked.Args {
		for _, settings := range changes.RelationUnitSettings {
			r, _ := k.relationOf(settings.Relation)
			change(r.Units[c.unit], settings.Settings)
			change(r.Apps[k.App], settings.ApplicationSettings)
		}
		if changes.SetUnitState != nil && changes.SetUnitState.CharmState != nil {
			k.state[c.unit] = *changes.SetUnitState.CharmState
		}
		k.changeSecrets(c.unit, changes)
	}
	return params.ErrorResults{Results: []params.ErrorResult{{}}}, nil
}
