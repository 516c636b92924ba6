//! Passages as a LaTeX document: a table a code, quotes beside what corresponds to them.

use std::io::{self, Write};

use crate::formats::grouped::{self, Languages};
use crate::formats::row::Row;
use crate::say;

/// What stands before the text.
const PREAMBLE: &str = r"% Compile with xelatex or lualatex, twice; needs fontspec, longtable, array and geometry.
% To use the tables in a paper of your own, copy what stands between \begin{document} and \end{document}.
\documentclass[11pt]{article}
\usepackage[a4paper,margin=2.2cm]{geometry}
\usepackage{fontspec,longtable,array}
% Signs stay as they are: no quotation marks from two commas.
\defaultfontfeatures[\rmfamily,\sffamily]{}
% A font with Kazakh letters; the first one that is there is taken.
\IfFontExistsTF{Noto Serif}{\setmainfont{Noto Serif}}{\IfFontExistsTF{DejaVu Serif}{\setmainfont{DejaVu Serif}}{\setmainfont{CMU Serif}}}
\setlength{\parindent}{0pt}\setlength{\emergencystretch}{3em}\renewcommand{\arraystretch}{1.25}
\newcolumntype{Q}{>{\raggedright\arraybackslash}p{0.47\linewidth}}
";

/// Writes rows.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let codes = grouped::by_code(rows);
    let languages = Languages::of(&codes);
    writeln!(out, "{PREAMBLE}\\begin{{document}}")?;
    for code in &codes {
        writeln!(out, "\n\\section*{{{} ({})}}", line(&code.path), code.n_rows())?;
        for rows in &code.documents {
            let Some(first) = rows.first() else { continue };
            writeln!(out, "\\subsection*{{{}}}", line(grouped::title(first)))?;
            writeln!(
                out,
                "\\begin{{longtable}}{{QQ}}\n\\hline\n{} & {} \\\\\n\\hline\n\\endhead",
                line(&first.language),
                line(languages.of_counterpart(first))
            )?;
            rows.iter().try_for_each(|row| passage(row, out))?;
            writeln!(out, "\\hline\n\\end{{longtable}}")?;
        }
    }
    writeln!(out, "\n\\end{{document}}")
}

fn passage(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let absence = grouped::absence(row);
    let other = match (row.counterpart.is_empty(), absence.is_empty()) {
        (false, _) => paragraphs(&row.counterpart),
        (true, false) => format!("\\emph{{{}}}", line(absence)),
        (true, true) => String::new(),
    };
    let memo = if row.memo.is_empty() {
        String::new()
    } else {
        format!("\\par\\smallskip\\textit{{{}:}} {}", line(say!("Memo")), paragraphs(&row.memo))
    };
    let place = line(&grouped::place(row));
    // A row begins with a bracket, or with a star, at times, which would be the command's before it.
    writeln!(out, "{{}}{}{memo}\\par{{\\footnotesize {place}}} & {other} \\\\[3pt]", paragraphs(&row.quote))
}

/// Words of several lines.
fn paragraphs(text: &str) -> String {
    let lines = text.lines().map(line).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\\par ")
}

/// Words in one line, in which nothing is a command. Source: Lamport, LaTeX: A Document Preparation System, 2.1.
fn line(text: &str) -> String {
    let mut safe = String::new();
    for word in text.split_whitespace() {
        if !safe.is_empty() {
            safe.push(' ');
        }
        for c in word.chars().filter(|c| !c.is_control()) {
            match c {
                '\\' => safe.push_str("\\textbackslash{}"),
                '{' | '}' | '$' | '&' | '#' | '%' | '_' => {
                    safe.push('\\');
                    safe.push(c);
                }
                '~' => safe.push_str("\\textasciitilde{}"),
                '^' => safe.push_str("\\textasciicircum{}"),
                // Two of them would become another sign, and a quotation mark may belong to a language's short hands.
                '-' | '`' | '\'' | '<' | '>' | '"' | '?' | '!' | ',' => {
                    safe.push(c);
                    safe.push_str("{}");
                }
                c => safe.push(c),
            }
        }
    }
    safe
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn no_word_is_a_command() {
        assert_eq!(
            line("a\\b {x}_%$#^~ &\n\t[é]"),
            "a\\textbackslash{}b \\{x\\}\\_\\%\\$\\#\\textasciicircum{}\\textasciitilde{} \\& [é]"
        );
        let mut out = Vec::new();
        write(&mut grouped::samples().into_iter(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches("\\begin{longtable}").count(), text.matches("\\end{longtable}").count());
        assert_eq!(text.matches("\\begin{longtable}").count(), 3);
        assert!(
            text.contains("Өзін-{}өзі цензуралау 👍e\u{301}")
                && text.contains("\\emph{no counterpart}")
                && !text.contains('\u{1b}')
        );
    }
}
