// What the help centre's pages gain from a script; without it everything works through links and forms.
import { ask } from "./ask";
import { closeTongues } from "./tongues";
import { suggest } from "./suggest";
import { vote } from "./vote";

for (const form of document.querySelectorAll<HTMLFormElement>("form.find")) suggest(form);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-vote]")) vote(form);
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-ask]")) ask(button);
closeTongues();
