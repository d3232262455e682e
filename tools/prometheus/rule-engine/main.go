// Command rule-engine evaluates rules with Prometheus's own packages, for programs that speak JSON.
//
// One request a line on standard input, one answer a line on standard output. An answer is an object; its field
// `error` says why a request was refused. Times and durations are milliseconds, values are text ("1.5", "NaN",
// "+Inf", "stale"). The storage is in memory and belongs to one `reset`.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/prometheus/common/version"
)

// request holds the fields of every operation; each reads its own.
type request struct {
	Op string `json:"op"`

	// reset
	LookbackMs     int64             `json:"lookback"`
	SubqueryMs     int64             `json:"subquery_interval"`
	ResendMs       int64             `json:"resend_delay"`
	ExternalLabels map[string]string `json:"external_labels"`
	ExternalURL    string            `json:"external_url"`
	Features       []string          `json:"features"`

	// load
	Rules      string `json:"rules"`
	IntervalMs int64  `json:"interval"`
	Restart    bool   `json:"restart"`

	// append, eval, notation
	Series   map[int64]map[string]string `json:"series"`
	Samples  []sample                    `json:"samples"`
	Notation string                      `json:"notation"`

	// eval, query, query_range, stored
	Groups []string `json:"groups"`
	At     int64    `json:"at"`
	Until  int64    `json:"until"`
	StepMs int64    `json:"step"`
	Expr   string   `json:"expr"`

	// relabel
	Steps  string            `json:"steps"`
	Labels map[string]string `json:"labels"`

	// batch: requests that are answered in one line, in order
	Requests []json.RawMessage `json:"requests"`
}

// answers of the operations, by name.
var operations = map[string]func(*server, *request) (any, error){
	"reset":       (*server).reset,
	"load":        (*server).load,
	"append":      (*server).append,
	"notation":    (*server).notation,
	"parse":       (*server).parse,
	"eval":        (*server).eval,
	"query":       (*server).query,
	"query_range": (*server).queryRange,
	"stored":      (*server).stored,
	"relabel":     (*server).relabel,
}

func answer(s *server, line []byte) any {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return failure(err)
	}
	if asked.Op == "hello" {
		return map[string]string{"engine": "prometheus", "version": version.Version}
	}
	if asked.Op == "batch" {
		answers := make([]any, len(asked.Requests))
		for i, one := range asked.Requests {
			answers[i] = answer(s, one)
		}
		return map[string]any{"answers": answers}
	}
	operation, known := operations[asked.Op]
	if !known {
		return failure(fmt.Errorf("no such operation: %q", asked.Op))
	}
	if s.storage == nil && asked.Op != "reset" && asked.Op != "parse" && asked.Op != "relabel" {
		return failure(fmt.Errorf("reset comes first"))
	}
	found, err := operation(s, &asked)
	if err != nil {
		return failure(err)
	}
	return found
}

func failure(err error) any {
	return map[string]string{"error": err.Error()}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	s := &server{}
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(answer(s, line)); err != nil {
				fmt.Fprintln(os.Stderr, "rule-engine:", err)
				os.Exit(1)
			}
			if out.Flush() != nil {
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}
