// Runs Promtail's own stages over cases given as JSON lines and answers as `python -m obs.sim.promtail` does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/go-kit/log"
	"github.com/grafana/loki/v3/clients/pkg/logentry/stages"
	"github.com/grafana/loki/v3/clients/pkg/promtail/api"
	"github.com/grafana/loki/v3/pkg/logproto"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v2"
)

const patience = 5 * time.Second

var readAt = time.Unix(1_700_000_000, 0).UTC()

type testCase struct {
	Name   string            `json:"name"`
	Stages json.RawMessage   `json:"pipeline_stages"`
	Labels map[string]string `json:"labels"`
	Lines  []string          `json:"lines"`
}

type answer = map[string]any

func run(c testCase) (expect answer) {
	defer func() {
		if r := recover(); r != nil {
			expect = answer{"panic": fmt.Sprint(r)}
		}
	}()
	var config stages.PipelineStages
	if err := yaml.Unmarshal(c.Stages, &config); err != nil {
		return answer{"yaml_error": err.Error()}
	}
	registry := prometheus.NewRegistry()
	pipeline, err := stages.NewPipeline(log.NewNopLogger(), config, nil, registry)
	if err != nil {
		return answer{"config_error": err.Error()}
	}
	in, out := make(chan stages.Entry), make(chan []any)
	go func() {
		entries := []any{}
		for e := range pipeline.Run(in) {
			entries = append(entries, shown(e))
		}
		out <- entries
	}()
	for _, line := range c.Lines {
		in <- entry(c.Labels, line)
	}
	close(in)
	expect = answer{"out": <-out}
	families, err := registry.Gather()
	if err != nil {
		expect["gather_error"] = err.Error()
		return expect
	}
	var text strings.Builder
	for _, family := range families {
		_, _ = expfmt.MetricFamilyToText(&text, family)
	}
	metrics := []string{}
	for _, line := range strings.Split(text.String(), "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			metrics = append(metrics, line)
		}
	}
	expect["metrics"] = metrics
	return expect
}

func entry(given map[string]string, line string) stages.Entry {
	labels := model.LabelSet{}
	for name, value := range given {
		labels[model.LabelName(name)] = model.LabelValue(value)
	}
	return stages.Entry{
		Extracted: map[string]any{},
		Entry:     api.Entry{Labels: labels, Entry: logproto.Entry{Timestamp: readAt, Line: line}},
	}
}

func shown(e stages.Entry) answer {
	metadata := []any{}
	for _, pair := range e.StructuredMetadata {
		metadata = append(metadata, []string{pair.Name, pair.Value})
	}
	extracted := answer{}
	for name, value := range e.Extracted {
		if f, ok := value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			value = fmt.Sprint(f)
		}
		extracted[name] = value
	}
	return answer{
		"line": e.Line, "labels": e.Labels, "extracted": extracted, "structured_metadata": metadata,
		"ts": e.Timestamp.UTC().Format(time.RFC3339Nano),
	}
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		text, err := input.ReadBytes('\n')
		var c testCase
		if json.Unmarshal(text, &c) == nil {
			result := make(chan answer, 1)
			go func() { result <- run(c) }()
			var expect answer
			select {
			case expect = <-result:
			case <-time.After(patience):
				expect = answer{"timeout": true}
			}
			_ = encoder.Encode(answer{"name": c.Name, "expect": expect})
		}
		if err != nil {
			return
		}
	}
}
