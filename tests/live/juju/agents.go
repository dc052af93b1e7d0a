// SPDX-License-Identifier: AGPL-3.0-only

package main

import (
	"strings"
	"sync"
	"time"

	"github.com/juju/charm/v12/hooks"
	"github.com/juju/clock"
	"github.com/juju/errors"
	"github.com/juju/juju/api/agent/uniter"
	"github.com/juju/juju/core/leadership"
	"github.com/juju/juju/juju/sockets"
	"github.com/juju/juju/secrets"
	"github.com/juju/juju/worker/uniter/hook"
	"github.com/juju/juju/worker/uniter/runner/context"
	"github.com/juju/loggo"
	"github.com/juju/names/v5"
)

// One for each unit: what the uniter has besides the hook context. It keeps the members whose
// joined has been committed.
type agent struct {
	unit    string
	factory context.ContextFactory
	members map[int][]string
	running *context.HookContext
	process string
	info    hook.Info
}

type agents struct {
	mu         sync.Mutex
	controller *controller
	all        map[string]*agent
}

func application(unit string) string { return strings.SplitN(unit, "/", 2)[0] }

func deploy(w *world) (*agents, error) {
	result := &agents{controller: newController(w), all: map[string]*agent{}}
	for _, unit := range w.Units {
		one, err := newAgent(result.controller, unit)
		if err != nil {
			return nil, errors.Trace(err)
		}
		result.all[unit] = one
	}
	return result, nil
}

func newAgent(c *controller, unit string) (*agent, error) {
	tag := names.NewUnitTag(unit)
	connection := &caller{controller: c, unit: unit}
	state := uniter.NewState(connection, tag)
	own, err := state.Unit(tag)
	if err != nil {
		return nil, errors.Trace(err)
	}
	one := &agent{unit: unit, members: map[int][]string{}}
	for _, r := range c.relations {
		for member := range r.Units {
			// With another application, only its units are members.
			if member != unit && application(member) == r.Other {
				one.members[r.ID] = append(one.members[r.ID], member)
			}
		}
	}
	one.factory, err = context.NewContextFactory(context.FactoryConfig{
		State:                state,
		SecretsClient:        &secretsOfUnit{c, unit},
		SecretsBackendGetter: func() (secrets.BackendsClient, error) { return &secretsOfUnit{c, unit}, nil },
		Unit:                 own,
		Payloads:             uniter.NewPayloadFacadeClient(connection),
		Tracker:              &tracker{c, unit},
		GetRelationInfos:     func() map[int]*context.RelationInfo { return one.relations(c, state) },
		Paths:                paths{},
		Clock:                clock.WallClock,
		Logger:               loggo.GetLogger("unit." + unit),
	})
	return one, errors.Trace(err)
}

type relationUnit struct {
	*uniter.RelationUnit
	relation *uniter.Relation
}

func (r *relationUnit) Relation() context.Relation { return r.relation }

func (a *agent) relations(c *controller, state *uniter.State) map[int]*context.RelationInfo {
	result := map[int]*context.RelationInfo{}
	for _, r := range c.relations {
		if r.left[a.unit] {
			continue
		}
		relation, err := state.RelationById(r.ID)
		if err != nil {
			panic(err)
		}
		own, err := relation.Unit(names.NewUnitTag(a.unit))
		if err != nil {
			panic(err)
		}
		result[r.ID] = &context.RelationInfo{
			RelationUnit: &relationUnit{own, relation},
			MemberNames:  a.members[r.ID],
		}
	}
	return result
}

func (a *agents) context(id string) (*context.HookContext, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.all {
		if one.running != nil && one.running.Id() == id {
			return one.running, nil
		}
	}
	return nil, errors.Errorf("expected context id of a running hook, got %q", id)
}

func (a *agents) do(asked request) (answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.all[asked.Unit]
	switch asked.Do {
	case "begin":
		return a.begin(one, asked)
	case "begin action":
		tag := names.NewActionTag("1")
		data := context.NewActionData(asked.Action, &tag, asked.Parameters, make(chan struct{}))
		running, err := one.factory.ActionContext(data)
		if err != nil {
			return answer{}, errors.Trace(err)
		}
		one.running, one.process, one.info = running, asked.Action, hook.Info{}
		return answer{Context: running.Id()}, nil
	case "end":
		return answer{}, a.end(one, asked.Well)
	case "ended action":
		return answer{Ended: a.controller.ended}, nil
	case "lead":
		a.controller.leader = asked.Unit
	case "configure":
		a.controller.config[asked.Key] = asked.Value
	case "die":
		a.controller.dying[asked.Unit] = true
	default:
		return answer{}, errors.Errorf("nobody knows how to %q", asked.Do)
	}
	return answer{}, nil
}

func without(list []string, one string) []string {
	var rest []string
	for _, name := range list {
		if name != one {
			rest = append(rest, name)
		}
	}
	return rest
}

func (a *agents) begin(one *agent, asked request) (answer, error) {
	info := hook.Info{
		Kind:              hooks.Kind(asked.Kind),
		RelationId:        asked.Relation,
		RemoteUnit:        asked.RemoteUnit,
		RemoteApplication: asked.RemoteApp,
		DepartingUnit:     asked.Departing,
	}
	// As the uniter does: who is about to join is a member, and who is about to depart is none.
	switch info.Kind {
	case hooks.RelationJoined:
		one.members[info.RelationId] =
			append(without(one.members[info.RelationId], info.RemoteUnit), info.RemoteUnit)
	case hooks.RelationBroken:
		one.members[info.RelationId] = nil
	}
	running, err := one.factory.HookContext(info)
	if err != nil {
		return answer{}, errors.Trace(err)
	}
	one.running, one.process, one.info = running, asked.Kind, info
	return answer{Context: running.Id()}, nil
}

func (a *agents) end(one *agent, well bool) error {
	var failure error
	if !well {
		failure = errors.New("exit status 1")
	}
	running := one.running
	one.running = nil
	err := running.Flush(one.process, failure)
	if !well || err != nil {
		return err
	}
	switch one.info.Kind {
	case hooks.RelationDeparted:
		one.members[one.info.RelationId] = without(one.members[one.info.RelationId], one.info.RemoteUnit)
	case hooks.RelationBroken:
		a.controller.relations[one.info.RelationId].left[one.unit] = true
	}
	return nil
}

// Whose claim for the lease is granted at once, and refused at once.
type tracker struct {
	controller *controller
	unit       string
}
type ticket bool

func (t ticket) Wait() bool { return bool(t) }
func (t ticket) Ready() <-chan struct{} {
	ready := make(chan struct{})
	close(ready)
	return ready
}

func (t *tracker) leads() leadership.Ticket       { return ticket(t.controller.leader == t.unit) }
func (t *tracker) ApplicationName() string        { return application(t.unit) }
func (t *tracker) ClaimDuration() time.Duration   { return time.Minute }
func (t *tracker) ClaimLeader() leadership.Ticket { return t.leads() }
func (t *tracker) WaitLeader() leadership.Ticket  { return t.leads() }
func (t *tracker) WaitMinion() leadership.Ticket  { return t.leads() }

type paths struct{}

func (paths) GetToolsDir() string                             { return "/tools" }
func (paths) GetBaseDir() string                              { return "/" }
func (paths) GetCharmDir() string                             { return "/charm" }
func (paths) GetJujucServerSocket(remote bool) sockets.Socket { return sockets.Socket{} }
func (paths) GetJujucClientSocket(remote bool) sockets.Socket { return sockets.Socket{} }
func (paths) GetMetricsSpoolDir() string                      { return "/metrics" }
func (paths) GetResourcesDir() string                         { return "/resources" }
