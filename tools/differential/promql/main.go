// What Prometheus 2.55's own parser says of expressions: JSON lines in, JSON lines out, in the same order.
//
// In: {"expr": "..."}. Out: valid, the first error with its span (byte offsets), the type, the one-line and the
// formatted print. With "series" (a list of label sets) the expression is also evaluated over them; "result" then
// holds the label sets that it returns, or "failed" why it does not. Experimental functions follow -experimental, names in UTF-8 follow -utf8.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

type answer struct {
	Valid     bool   `json:"valid"`
	Error     string `json:"error,omitempty"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Type      string `json:"type,omitempty"`
	Canonical string `json:"canonical,omitempty"`
	Pretty    string `json:"pretty,omitempty"`

	Result []map[string]string `json:"result,omitempty"`
	Failed string              `json:"failed,omitempty"`
}

func judge(expr string) answer {
	tree, err := parser.ParseExpr(expr)
	if err != nil {
		var all parser.ParseErrors
		if errors.As(err, &all) && len(all) > 0 {
			return answer{Error: all[0].Err.Error(), Start: int(all[0].PositionRange.Start), End: int(all[0].PositionRange.End)}
		}
		return answer{Error: err.Error()}
	}
	return answer{Valid: true, Type: string(tree.Type()), Canonical: tree.String(), Pretty: parser.Prettify(tree)}
}

func main() {
	flag.BoolVar(&parser.EnableExperimentalFunctions, "experimental", false, "know experimental functions")
	utf8 := flag.Bool("utf8", false, "allow UTF-8 label names")
	flag.Parse()
	if *utf8 {
		model.NameValidationScheme = model.UTF8Validation
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	in := bufio.NewReader(os.Stdin)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			var question struct {
				Expr   string              `json:"expr"`
				Series []map[string]string `json:"series"`
			}
			if json.Unmarshal(line, &question) != nil {
				os.Exit(2)
			}
			found := judge(question.Expr)
			if found.Valid && question.Series != nil {
				result, err := evaluate(question.Expr, question.Series)
				found.Result = result
				if err != nil {
					found.Failed = err.Error()
				}
			}
			if encoder.Encode(found) != nil {
				os.Exit(3)
			}
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
