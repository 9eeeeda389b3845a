/** Answers as models write them, with the constructs that are awkward to read while they arrive. */
export const corpus: readonly string[] = [
  `# Sorting in Python

Python's built-in \`sorted\` is **stable** and runs in *O(n log n)*. Here is a short tour.

## Basic use

\`\`\`python
people = [("Ada", 36), ("Grace", 45)]
by_age = sorted(people, key=lambda person: person[1])
\`\`\`

1. First, pass a **key** function.
2. Then, optionally, \`reverse=True\`:
   - it keeps stability
   - it costs nothing

   More about the second point.
3. Done.

> **Note:** \`list.sort()\` sorts *in place*
and returns \`None\`.

### Comparison

| Function | Returns | In place |
|:---------|:-------:|---------:|
| \`sorted\` | list | no |
| \`list.sort\` | \`None\` | **yes** |

See the [docs](https://docs.python.org/3/howto/sorting.html "HOWTO") or <https://python.org>.
`,
  `The quadratic formula is $x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$, where $a \\neq 0$.

$$
\\int_0^1 x^2 \\, dx
= \\frac{1}{3}
- 0
$$

It costs $5 and $10, or US$20. Inline \\(e^{i\\pi} + 1 = 0\\), displayed:
\\[
\\sum_{k=1}^n k = \\frac{n(n+1)}{2}
\\]
An unclosed $$ stays text, as does \\( this
and **bold with $a*b*c$ inside**.
`,
  `Tasks:

- [x] write the **splitter**
- [ ] measure it
  - nested item with [a link][spec]
- [ ] ship ~~tomorrow~~ today

* other list
* with items

  and a paragraph

A reference to [the spec][spec], to [spec] itself and to ![a picture][pic].

[spec]: https://spec.commonmark.org "CommonMark"
[pic]: /picture.png
[unused]: <https://example.com/a b>

A footnote[^1] and another[^note], a missing one[^9].

[^1]: The first note,
continued here.
[^note]: The *second* note.
`,
  `Raw HTML stays text: <b>bold</b>, a line<br>break, <script>alert(1)</script>.

<details>
<summary>More</summary>

Hidden **text**.

</details>

<!-- a comment

with a blank line -->

~~~mermaid
graph TD
  A --> B
~~~

    indented code

    goes on

---

Setext heading
==============

Another one
---

Line one\\
line two  
line three &copy; &#8364; &unknown;
***
`,
  `## Tight document
text directly below
### Next
- list
- of things
> quote
> - inside
>   \`\`\`js
>   const a = 1;
>   \`\`\`
lazy? no
\`\`\`
no language
\`\`\`\`
still? no
| a | b |
|---|---|
| 1 | 2 |
after table
1) one
2) two
5. five
`,
  `Привет **мир**! 日本語の**強調**テスト。 emoji 👩‍👩‍👧 *ok* and _snake_case_name_ plus __init__.

مرحبا بالعالم، هذا **نص** عربي.

\`\`double \` tick\`\` and \`a\`, then \\*escaped\\* and \\\` tick.
`,
  'Windows\r\nline ends\r\n\r\n- one\r\n- two\r\n\r\n```\r\ncode\r\n```\r\n',
  '',
  '\n\n\n  text after blank lines\n\n\n',
  '```\nnever closed\n\n**not bold**',
  '[foo]: /url\n"title\n\nnot a title"\n\n[foo]\n\n[constructor] [toString][]',
  `Here is the page.

:::artifact{identifier="clock" type="text/html" title="A clock"}
\`\`\`html
<!doctype html>
<p id="time"></p>

<script>setInterval(() => { time.textContent = new Date() }, 1000)</script>
\`\`\`
:::

It ticks. And notes, without a fence:

:::artifact{identifier="notes" type="text/markdown" title="Notes"}
# Notes

- one
:::
`,
  `:::artifact{identifier="guide" type="text/markdown" title="Guide"}
\`\`\`markdown
Run this:

\`\`\`sh
npm start
\`\`\`

Done.
\`\`\`

A model that forgot the colons goes on.
`,
];
