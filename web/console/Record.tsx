import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { CheckIcon, ChevronDown, RouteIcon } from "../common/icons";
import type { GuidedCheck, RoutingRecord } from "../common/protocol";
import { languageName, milliseconds, percent, reasonLabel, words } from "./labels";
import { strings } from "./strings";

const text = strings.record;

function Meter({ label, value, tone, score }: { label: string; value: number; tone?: string; score?: boolean }): VNode {
  return (
    <div class="meter">
      <span class="meter-label">{label}</span>
      <span class="meter-value">{score ? value.toFixed(2) : percent(value)}</span>
      <span class={`track ${tone ?? ""}`} aria-hidden="true">
        <i style={{ inlineSize: `${Math.max(1, Math.min(1, value) * 100)}%` }} />
      </span>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <section class="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface Reading {
  intent: string;
  confidence: number;
}

interface Found {
  article: string;
  title: string;
  score: number | null;
  used: boolean;
}

/** Intents in order of confidence, the chosen one first, each once. */
export function readings(record: RoutingRecord): Reading[] {
  const found: Reading[] = [];
  for (const alternative of record.alternatives ?? []) {
    if (alternative.intent && alternative.intent !== record.intent) {
      found.push({ intent: alternative.intent, confidence: alternative.confidence ?? 0 });
    }
  }
  return found;
}

/** Articles in order of score; the one that was used is marked, and there even if the search did not list it. */
export function articles(record: RoutingRecord): Found[] {
  const used = typeof record.article === "string" ? record.article : (record.article?.id ?? null);
  const found: Found[] = [];
  for (const alternative of record.alternatives ?? []) {
    if (!alternative.article) continue;
    found.push({
      article: alternative.article,
      title: alternative.title ?? words(alternative.article),
      score: alternative.score ?? null,
      used: alternative.article === used,
    });
  }
  if (used && !found.some((one) => one.used)) {
    const title = typeof record.article === "object" ? record.article?.title : undefined;
    found.unshift({ article: used, title: title ?? words(used), score: null, used: true });
  }
  return found;
}

/** In the order in which a message passes them; the record itself has no order. */
const STAGES = ["nlu", "search", "decide"];

function Stages({ times }: { times: Record<string, number> }): VNode {
  const place = (name: string) => (STAGES.includes(name) ? STAGES.indexOf(name) : STAGES.length);
  const stages = Object.entries(times)
    .filter(([name]) => name !== "total")
    .sort(([a], [b]) => place(a) - place(b));
  const total = stages.reduce((sum, [, value]) => sum + value, 0);
  return (
    <Part title={text.time}>
      <div class="stages" aria-hidden="true">
        {stages.map(([name, value]) => (
          <i key={name} class={`stage stage-${name}`} style={{ flexGrow: Math.max(value, total / 50) }} />
        ))}
      </div>
      <p class="stage-words">
        {stages.map(([name, value]) => (
          <span key={name}>
            <i class={`stage-key stage-${name}`} aria-hidden="true" />
            {strings.stages[name] ?? words(name)} {milliseconds(value)}
          </span>
        ))}
        <span>
          {milliseconds(total)} {text.total}
        </span>
      </p>
    </Part>
  );
}

/** What a guided check was told, and where it ended. */
function Check({ check }: { check: GuidedCheck }): VNode {
  const rows = [...Object.entries(check.answers), ...Object.entries(check.fields ?? {}), ...Object.entries(check.wait ?? {})];
  return (
    <Part title={`${text.check}: ${words(check.tree)}`}>
      <p class="entities" data-testid="check">
        <span class="entity">
          <b>{check.outcome ? (strings.outcomes[check.outcome] ?? words(check.outcome)) : text.asks}</b>
          <span>{words(check.node)}</span>
        </span>
        {rows.map(([name, value]) => (
          <span key={name} class="entity">
            <b>{words(name)}</b>
            <span>{typeof value === "string" && !/^[0-9A-Z]/.test(value) ? words(value) : String(value)}</span>
          </span>
        ))}
      </p>
    </Part>
  );
}

function Panel({ record }: { record: RoutingRecord }): VNode {
  const others = readings(record);
  const found = articles(record);
  const entities = record.entities ?? [];
  return (
    <div class="record-panel">
      <div class="meters">
        {record.confidence != null ? <Meter label={text.confidence} value={record.confidence} /> : null}
        {record.in_scope != null ? <Meter label={text.inScope} value={record.in_scope} /> : null}
        {record.probability != null ? <Meter label={text.probability} value={record.probability} /> : null}
      </div>
      <dl class="record-facts">
        {record.intent ? (
          <div>
            <dt>{text.understood}</dt>
            <dd>
              {words(record.intent)} <code>{record.topic ?? record.intent}</code>
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{text.because}</dt>
          <dd>{record.reason ? reasonLabel(record.reason) : "–"}</dd>
        </div>
        {record.rule ? (
          <div>
            <dt>{text.rule}</dt>
            <dd>{strings.rules[record.rule] ?? words(record.rule)}</dd>
          </div>
        ) : null}
        {record.language ? (
          <div>
            <dt>{text.language}</dt>
            <dd>{languageName(record.language)}</dd>
          </div>
        ) : null}
      </dl>
      <div class="record-columns">
        <Part title={text.otherReadings}>
          {others.length ? (
            <ul class="bars">
              {others.map((reading) => (
                <li key={reading.intent}>
                  <Meter label={words(reading.intent)} value={reading.confidence} tone="quiet" />
                </li>
              ))}
            </ul>
          ) : (
            <p class="quiet-words">{text.noReadings}</p>
          )}
        </Part>
        <Part title={text.articles}>
          {found.length ? (
            <ul class="bars">
              {found.map((article) => (
                <li key={article.article} class={article.used ? "used" : ""}>
                  {article.score === null ? (
                    <span class="meter-label">{article.title}</span>
                  ) : (
                    <Meter label={article.title} value={article.score} tone={article.used ? "" : "quiet"} score />
                  )}
                  {article.used ? (
                    <span class="used-mark">
                      <CheckIcon />
                      {text.used}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          ) : (
            <p class="quiet-words">{text.noArticles}</p>
          )}
        </Part>
      </div>
      {record.check ? <Check check={record.check} /> : null}
      {entities.length ? (
        <Part title={text.entities}>
          <p class="entities">
            {entities.map((entity, at) => (
              <span key={at} class="entity">
                <b>{words(entity.entity)}</b>
                <span>{String(entity.value)}</span>
              </span>
            ))}
          </p>
        </Part>
      ) : null}
      {record.milliseconds && Object.keys(record.milliseconds).length ? <Stages times={record.milliseconds} /> : null}
    </div>
  );
}

/** One line under a customer's message that says what the assistant made of it, and opens to the whole record. */
export function RecordLine({ record }: { record: RoutingRecord }): VNode {
  const [open, setOpen] = useState(false);
  const decision = record.decision ?? "";
  return (
    <div class={`record ${decision}`} data-testid="record">
      <button type="button" class="record-line" aria-expanded={open} aria-label={undefined} title={text.show} onClick={() => setOpen(!open)} data-testid="record-toggle">
        <RouteIcon />
        <span class="record-words">
          {record.intent ? <span>{words(record.intent)}</span> : null}
          {record.confidence != null ? <span class="record-number">{percent(record.confidence)}</span> : null}
          {decision ? <span class={`decision ${decision}`}>{strings.decisions[decision] ?? words(decision)}</span> : null}
          {record.needs_human ? <span class="badge high">{text.needsHuman}</span> : null}
        </span>
        <ChevronDown />
      </button>
      {open ? <Panel record={record} /> : null}
    </div>
  );
}
