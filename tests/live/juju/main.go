// SPDX-License-Identifier: AGPL-3.0-only

// juju_tools SOCKET: Juju's own hook tools, in Juju's own hook context, for units of one application.
// The tools connect to SOCKET (jujuc, linked as `relation-get` and so on). What else a unit agent
// does is asked for on the standard input, a line of JSON a request, and answered on the standard
// output; and the controller that the context asks is a small one in memory (controller.go).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/juju/cmd/v3"
	"github.com/juju/errors"
	"github.com/juju/juju/juju/sockets"
	"github.com/juju/juju/worker/uniter/runner/jujuc"
)

type request struct {
	Do         string                 `json:"do"`
	Unit       string                 `json:"unit"`
	Kind       string                 `json:"kind"` // of the hook: `relation-changed`
	Relation   int                    `json:"relation"`
	RemoteUnit string                 `json:"remote_unit"`
	RemoteApp  string                 `json:"remote_app"`
	Departing  string                 `json:"departing"`
	Action     string                 `json:"action"`
	Parameters map[string]interface{} `json:"parameters"`
	Well       bool                   `json:"well"`
	World      *world                 `json:"world"`
	Key        string                 `json:"key"`
	Value      interface{}            `json:"value"`
}

type answer struct {
	Error   string      `json:"error,omitempty"`
	Context string      `json:"context,omitempty"`
	Ended   interface{} `json:"ended,omitempty"`
}

func main() {
	var agents *agents
	find := func(id, name string) (cmd.Command, error) {
		if agents == nil {
			return nil, errors.New("no units yet")
		}
		context, err := agents.context(id)
		if err != nil {
			return nil, err
		}
		return jujuc.NewCommand(context, name)
	}
	server, err := jujuc.NewServer(find, sockets.Socket{Network: "unix", Address: os.Args[1]}, "")
	if err != nil {
		panic(err)
	}
	go func() { _ = server.Run() }()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked request
		said := answer{}
		err := json.Unmarshal(lines.Bytes(), &asked)
		if err == nil && asked.Do == "deploy" {
			agents, err = deploy(asked.World)
		} else if err == nil {
			said, err = agents.do(asked)
		}
		if err != nil {
			said.Error = err.Error()
		}
		text, _ := json.Marshal(said)
		fmt.Println(string(text))
	}
}
