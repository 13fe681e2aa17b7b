import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { parseMarkdown, type Block, type Inline } from "./markdown";

function inline(nodes: Inline[]): (VNode | string)[] {
  return nodes.map((node, index) => {
    switch (node.kind) {
      case "text":
        return node.text;
      case "code":
        return <code key={index}>{node.text}</code>;
      case "strong":
        return <strong key={index}>{inline(node.children)}</strong>;
      case "em":
        return <em key={index}>{inline(node.children)}</em>;
      case "break":
        return <br key={index} />;
      case "link":
        return (
          <a key={index} href={node.href} target="_blank" rel="noopener noreferrer nofollow">
            {inline(node.children)}
          </a>
        );
    }
  });
}

/** Text with its single line breaks kept: customers and agents mean the breaks they type. */
function lines(nodes: Inline[]): (VNode | string)[] {
  const out: Inline[] = [];
  for (const node of nodes) {
    if (node.kind !== "text") {
      out.push(node);
      continue;
    }
    node.text.split("\n").forEach((part, index) => {
      if (index > 0) out.push({ kind: "break" });
      if (part) out.push({ kind: "text", text: part });
    });
  }
  return inline(out);
}

function block(node: Block, index: number): VNode {
  switch (node.kind) {
    case "paragraph":
      return <p key={index}>{lines(node.children)}</p>;
    case "heading":
      // One size for every level: a bubble is no document, and the page's own outline stays intact.
      return (
        <p key={index} class="md-heading">
          {inline(node.children)}
        </p>
      );
    case "list": {
      const items = node.items.map((item, at) => {
        const only = item[0];
        return <li key={at}>{item.length === 1 && only?.kind === "paragraph" ? lines(only.children) : item.map(block)}</li>;
      });
      return node.ordered ? (
        <ol key={index} start={node.start}>
          {items}
        </ol>
      ) : (
        <ul key={index}>{items}</ul>
      );
    }
    case "quote":
      return <blockquote key={index}>{node.children.map(block)}</blockquote>;
    case "code":
      return (
        <pre key={index}>
          <code>{node.text}</code>
        </pre>
      );
    case "rule":
      return <hr key={index} />;
    case "table":
      return (
        <div key={index} class="md-table" tabIndex={0} role="region" aria-label="Table">
          <table>
            <thead>
              <tr>
                {node.head.map((cell, at) => (
                  <th key={at}>{inline(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {node.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, column) => (
                    <td key={column}>{inline(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

/** Renders a message's Markdown as elements; text is always text. */
export function Markdown({ text }: { text: string }): VNode {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div class="md">{blocks.map(block)}</div>;
}
