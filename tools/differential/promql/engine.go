package main

import (
	"context"
	"math/rand"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// evaluate runs an expression at one instant over series that have a sample every 15 s, and gives the label sets
// of the result. The names of the metrics are left out: nobody reads them in a template.
func evaluate(expr string, series []map[string]string) ([]map[string]string, error) {
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: 10 * time.Second,
		EnableAtModifier: true, EnableNegativeOffset: true, LookbackDelta: 5 * time.Minute})
	query, err := engine.NewInstantQuery(context.Background(), held(series), nil, expr, time.Unix(100_000, 0))
	if err != nil {
		return nil, err
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		return nil, result.Err
	}
	found := []map[string]string{}
	add := func(set labels.Labels) {
		found = append(found, labels.NewBuilder(set).Del(labels.MetricName).Labels().Map())
	}
	switch value := result.Value.(type) {
	case promql.Vector:
		for _, sample := range value {
			add(sample.Metric)
		}
	case promql.Matrix:
		for _, row := range value {
			add(row.Metric)
		}
	case promql.Scalar:
		add(labels.EmptyLabels())
	}
	return found, nil
}

type held []map[string]string

func (h held) Querier(_, _ int64) (storage.Querier, error) { return h, nil }

func (h held) Select(_ context.Context, _ bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var found []storage.Series
	for number, set := range h {
		series := labels.FromMap(set)
		matched := true
		for _, matcher := range matchers {
			matched = matched && matcher.Matches(series.Get(matcher.Name))
		}
		if matched {
			found = append(found, storage.NewListSeries(series, samples(int64(number), hints.Start, hints.End)))
		}
	}
	return &list{series: found, at: -1}
}

func (h held) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (h held) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (h held) Close() error { return nil }

type list struct {
	series []storage.Series
	at     int
}

func (l *list) Next() bool                        { l.at++; return l.at < len(l.series) }
func (l *list) At() storage.Series                { return l.series[l.at] }
func (l *list) Err() error                        { return nil }
func (l *list) Warnings() annotations.Annotations { return nil }

type point struct {
	at    int64
	value float64
}

func (p point) T() int64                      { return p.at }
func (p point) F() float64                    { return p.value }
func (p point) H() *histogram.Histogram       { return nil }
func (p point) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (p point) FH() *histogram.FloatHistogram { return nil }
func (p point) Copy() chunks.Sample           { return p }

// samples grow by a step of each series' own, so that rates are positive and values differ.
func samples(seed, start, end int64) []chunks.Sample {
	chance := rand.New(rand.NewSource(seed))
	step := float64(chance.Intn(4))
	var found []chunks.Sample
	for at := (start/15_000 + 1) * 15_000; at <= end; at += 15_000 {
		found = append(found, point{at, step * float64(at/15_000)})
	}
	return found
}
