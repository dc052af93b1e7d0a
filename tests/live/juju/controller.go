// SPDX-License-Identifier: AGPL-3.0-only

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/juju/errors"
	"github.com/juju/juju/api/base"
	"github.com/juju/juju/core/life"
	"github.com/juju/juju/rpc/params"
	"github.com/juju/names/v5"
)

// What is deployed.
type world struct {
	App       string                 `json:"app"`
	Model     string                 `json:"model"`
	Units     []string               `json:"units"` // the first leads
	Relations []*relation            `json:"relations"`
	Config    map[string]interface{} `json:"config"`
	Addresses map[string]string      `json:"addresses"`
}

type relation struct {
	ID       int                          `json:"id"`
	Endpoint string                       `json:"endpoint"`
	Other    string                       `json:"other"` // the application at the other end; of a peer relation the own
	Units    map[string]map[string]string `json:"units"` // bags, of both sides
	Apps     map[string]map[string]string `json:"apps"`
	left     map[string]bool
}

// The controller, as far as a hook context asks it: bags, leases, statuses, the units' states.
// Access to a bag is granted as Juju's own uniter facade grants it.
type controller struct {
	*world
	leader    string
	relations map[int]*relation
	config    map[string]interface{}
	status    map[string]params.StatusResult
	state     map[string]map[string]string
	dying     map[string]bool
	secrets   map[string]*secret
	tracked   map[string]map[string]int // by unit and secret
	ended     interface{}
}

func newController(w *world) *controller {
	c := &controller{
		world: w, leader: w.Units[0], relations: map[int]*relation{}, config: w.Config,
		status: map[string]params.StatusResult{}, state: map[string]map[string]string{},
		dying: map[string]bool{}, secrets: map[string]*secret{}, tracked: map[string]map[string]int{},
	}
	for _, r := range w.Relations {
		r.left = map[string]bool{}
		c.relations[r.ID] = r
		for unit, bag := range r.Units {
			address, own := w.Addresses[unit]
			if own {
				bag["private-address"], bag["ingress-address"] = address, address
				bag["egress-subnets"] = address + "/32"
			}
		}
		for _, app := range []string{w.App, r.Other} {
			if r.Apps[app] == nil {
				r.Apps[app] = map[string]string{}
			}
		}
	}
	for _, unit := range w.Units {
		c.status[unit] = params.StatusResult{Status: "waiting"}
		c.tracked[unit] = map[string]int{}
	}
	return c
}

func (r *relation) key(app string) string {
	if r.Other == app {
		return app + ":" + r.Endpoint
	}
	return r.Other + ":client " + app + ":" + r.Endpoint
}

func (c *controller) relationOf(tag string) (*relation, error) {
	for _, r := range c.relations {
		if names.NewRelationTag(r.key(c.App)).String() == tag {
			return r, nil
		}
	}
	return nil, &params.Error{Message: "permission denied", Code: params.CodeUnauthorized}
}

// A connection of one unit's agent.
type caller struct {
	base.APICaller
	controller *controller
	unit       string
}

func (c *caller) BestFacadeVersion(facade string) int { return 19 }
func (c *caller) ModelTag() (names.ModelTag, bool)    { return names.ModelTag{}, false }
func (c *caller) Context() context.Context            { return context.Background() }
func convert(from, to interface{}) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

func (c *caller) APICall(object string, version int, id, request string, args, response interface{}) error {
	result, err := c.answer(object+"."+request, args)
	if err != nil || result == nil {
		return err
	}
	return convert(result, response)
}

func one(result interface{}) interface{} {
	return map[string]interface{}{"results": []interface{}{result}}
}

func denied() *params.Error {
	return &params.Error{Message: "permission denied", Code: params.CodeUnauthorized}
}

func (c *caller) answer(call string, args interface{}) (interface{}, error) {
	k := c.controller
	switch call {
	case "Uniter.CurrentModel":
		return params.ModelResult{Name: k.Model, UUID: "8c0b4a4c-6f0e-4c6f-8e0b-6d6f64656c31", Type: "caas"}, nil
	case "Uniter.Refresh":
		return params.UnitRefreshResults{Results: []params.UnitRefreshResult{{Life: life.Alive}}}, nil
	case "Uniter.GetPrincipal":
		return params.StringBoolResults{Results: []params.StringBoolResult{{}}}, nil
	case "Uniter.APIAddresses":
		return params.StringsResult{Result: []string{"10.0.0.1:17070"}}, nil
	case "Uniter.SLALevel", "Uniter.CloudAPIVersion":
		return params.StringResult{}, nil
	case "Uniter.ModelConfig":
		return params.ModelConfigResult{Config: params.ModelConfig{
			"name": k.Model, "type": "kubernetes", "uuid": "8c0b4a4c-6f0e-4c6f-8e0b-6d6f64656c31"}}, nil
	case "Uniter.GetMeterStatus":
		return params.MeterStatusResults{Results: []params.MeterStatusResult{{Code: "GREEN"}}}, nil
	case "Uniter.OpenedPortRangesByEndpoint":
		return params.OpenPortRangesByEndpointResults{
			Results: []params.OpenPortRangesByEndpointResult{{}}}, nil
	case "PayloadsHookContext.List":
		return params.PayloadResults{}, nil
	case "Uniter.Life":
		return params.LifeResults{Results: []params.LifeResult{{Life: life.Alive}}}, nil
	case "Uniter.RelationById":
		var asked params.RelationIds
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		return params.RelationResults{Results: []params.RelationResult{
			k.describe(k.relations[asked.RelationIds[0]])}}, nil
	case "Uniter.Relation":
		var asked params.RelationUnits
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		r, err := k.relationOf(asked.RelationUnits[0].Relation)
		if err != nil {
			return nil, err
		}
		return params.RelationResults{Results: []params.RelationResult{k.describe(r)}}, nil
	case "Uniter.ConfigSettings":
		return params.ConfigSettingsResults{Results: []params.ConfigSettingsResult{
			{Settings: params.ConfigSettings(k.config)}}}, nil
	case "Uniter.UnitStatus":
		return params.StatusResults{Results: []params.StatusResult{k.status[c.unit]}}, nil
	case "Uniter.SetUnitStatus":
		var asked params.SetStatus
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		k.status[c.unit] = params.StatusResult{Status: asked.Entities[0].Status, Info: asked.Entities[0].Info}
		return params.ErrorResults{Results: []params.ErrorResult{{}}}, nil
	case "Uniter.SetWorkloadVersion":
		return params.ErrorResults{Results: []params.ErrorResult{{}}}, nil
	case "Uniter.State":
		return params.UnitStateResults{Results: []params.UnitStateResult{{CharmState: k.state[c.unit]}}}, nil
	case "Uniter.GoalStates":
		return params.GoalStateResults{Results: []params.GoalStateResult{{Result: k.goalState()}}}, nil
	case "Uniter.NetworkInfo":
		return c.networkInfo(args)
	case "Uniter.LogActionsMessages":
		return params.ErrorResults{Results: []params.ErrorResult{{}}}, nil
	case "Uniter.FinishActions":
		var asked params.ActionExecutionResults
		if err := convert(args, &asked); err != nil {
			return nil, err
		}
		k.ended = asked.Results[0]
		return params.ErrorResults{Results: []params.ErrorResult{{}}}, nil
	case "Uniter.ReadSettings", "Uniter.ReadLocalApplicationSettings", "Uniter.ReadRemoteSettings":
		return c.read(call, args)
	case "Uniter.CommitHookChanges":
		return c.commit(args)
	}
	return nil, errors.Errorf("this controller does not know %s", call)
}

func (k *controller) describe(r *relation) params.RelationResult {
	role, scope := "peer", "global"
	if r.Other != k.App {
		role = "provider"
	}
	return params.RelationResult{
		Life: life.Alive, Id: r.ID, Key: r.key(k.App), OtherApplication: r.Other,
		Endpoint: params.Endpoint{ApplicationName: k.App, Relation: params.CharmRelation{
			Name: r.Endpoint, Role: role, Scope: scope, Interface: "any"}},
	}
}

func (k *controller) goalState() *params.GoalState {
	since := time.Unix(0, 0)
	state := &params.GoalState{Units: params.UnitsGoalState{}, Relations: map[string]params.UnitsGoalState{}}
	for _, unit := range k.Units {
		status := k.status[unit].Status
		if k.dying[unit] {
			status = "dying"
		}
		state.Units[unit] = params.GoalStateStatus{Status: status, Since: &since}
	}
	for _, r := range k.relations {
		if r.Other == k.App {
			continue
		}
		state.Relations[r.Endpoint] = params.UnitsGoalState{
			r.Other:        params.GoalStateStatus{Status: "joined", Since: &since},
			r.Other + "/0": params.GoalStateStatus{Status: "active", Since: &since},
		}
	}
	return state
}

func (c *caller) networkInfo(args interface{}) (interface{}, error) {
	var asked params.NetworkInfoParams
	if err := convert(args, &asked); err != nil {
		return nil, err
	}
	results := params.NetworkInfoResults{Results: map[string]params.NetworkInfoResult{}}
	for _, name := range asked.Endpoints {
		known := false
		for _, r := range c.controller.relations {
			known = known || r.Endpoint == name
		}
		if !known {
			results.Results[name] = params.NetworkInfoResult{Error: &params.Error{
				Message: fmt.Sprintf("undefined for unit charm: endpoint %q not valid", name)}}
			continue
		}
		at := c.controller.Addresses[c.unit]
		results.Results[name] = params.NetworkInfoResult{
			Info: []params.NetworkInfo{{InterfaceName: "eth0",
				Addresses: []params.InterfaceAddress{{Address: at, CIDR: at + "/32"}}}},
			IngressAddresses: []string{at}, EgressSubnets: []string{at + "/32"}}
	}
	return results, nil
}
