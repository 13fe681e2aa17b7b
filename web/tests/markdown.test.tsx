import { render } from "preact";
import { describe, expect, it } from "vitest";
import { Markdown } from "../common/Markdown";
import { parseInline, parseMarkdown, plainText, safeHref } from "../common/markdown";

function html(text: string): string {
  const root = document.createElement("div");
  render(<Markdown text={text} />, root);
  return root.innerHTML;
}

function elements(text: string): string[] {
  const root = document.createElement("div");
  render(<Markdown text={text} />, root);
  return [...root.querySelectorAll("*")].map((element) => element.tagName.toLowerCase());
}

describe("what a message holds never becomes markup", () => {
  const attacks = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**<svg onload=alert(1)>**",
    "`<b onmouseover=alert(1)>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "- <iframe src=//evil.example></iframe>",
    "> <style>*{display:none}</style>",
    "| <script>x</script> |\n|---|\n| <img onerror=x> |",
    "[<img src=x onerror=alert(1)>](https://calder.example)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
  ];
  it.each(attacks)("%s", (attack) => {
    const names = elements(attack);
    for (const forbidden of ["script", "img", "svg", "iframe", "style", "object", "form"]) expect(names).not.toContain(forbidden);
  });

  it("shows the attack as the text it is", () => {
    const root = document.createElement("div");
    render(<Markdown text="<b>hi</b> & bye" />, root);
    expect(root.textContent).toBe("<b>hi</b> & bye");
  });
});

describe("links", () => {
  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "//evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://",
    "https://calder.example@evil.example/",
    "help/en/x",
  ])("refuses %s", (href) => {
    expect(safeHref(href)).toBeNull();
  });

  it.each(["https://calder.example/help?a=b#c", "http://calder.example", "/help/en/withdrawal-fees", "#top"])("follows %s", (href) => {
    expect(safeHref(href)).toBe(href);
  });

  it("keeps the words of a refused link", () => {
    expect(html("see [this](javascript:alert(1)) now")).not.toContain("href");
    expect(plainText("see [this](javascript:alert(1)) now")).toContain("see this");
  });

  it("opens in a new tab without giving it this window", () => {
    expect(html("[fees](/help/en/fees)")).toContain('target="_blank" rel="noopener noreferrer nofollow"');
  });

  it("makes a bare address a link, without the sentence's full stop", () => {
    expect(parseInline("Go to https://calder.example/a_b_c.")).toEqual([
      { kind: "text", text: "Go to " },
      { kind: "link", href: "https://calder.example/a_b_c", children: [{ kind: "text", text: "https://calder.example/a_b_c" }] },
      { kind: "text", text: "." },
    ]);
  });
});

describe("light Markdown", () => {
  it("reads emphasis, code and escapes", () => {
    expect(html("**bold** *slant* `code` \\*plain\\*")).toBe(
      '<div class="md"><p><strong>bold</strong> <em>slant</em> <code>code</code> *plain*</p></div>',
    );
  });

  it.each(["snake_case_word", "2*3*4 = 24", "5 * 3", "a ** b", "USDT_TRC20"])("leaves %s as it is", (text) => {
    expect(parseInline(text)).toEqual([{ kind: "text", text }]);
  });

  it("reads lists, with what belongs to an item", () => {
    expect(parseMarkdown("1. one\n2. two\n   more\n\ntext").map((block) => block.kind)).toEqual(["list", "paragraph"]);
    expect(html("- a\n- b\n  - c")).toBe('<div class="md"><ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul></div>');
    expect(html("3. c\n4. d")).toContain('<ol start="3">');
  });

  it("reads tables", () => {
    const [table] = parseMarkdown("| Network | Fee |\n|---|---:|\n| TRC20 | 1 |");
    expect(table?.kind === "table" && [table.head.length, table.rows.length]).toEqual([2, 1]);
  });

  it("keeps the line breaks that people type", () => {
    expect(html("one\ntwo")).toBe('<div class="md"><p>one<br>two</p></div>');
  });

  it("survives what nobody writes by hand", () => {
    for (const text of ["", "\n\n", "*".repeat(4000), "`".repeat(4000), "[".repeat(4000), "> ".repeat(2000), "\\a".repeat(2000) + "[" + "\\a".repeat(2000), "- ".repeat(2000), "**a".repeat(1300), "](".repeat(2000)]) {
      expect(() => html(text)).not.toThrow();
    }
  });

  it("gives the plain words for a list row", () => {
    expect(plainText("## Fees\n\n- **USDT** costs `1` on [TRC20](/x)")).toBe("Fees USDT costs 1 on TRC20");
  });
});
