// The launcher's and the frame's look, inside a shadow root: the page's own styles neither reach it nor suffer.

export const STYLE = `
:host{all:initial;--c:#14584a;--t:#fff;position:fixed;z-index:2147483000;inset:auto 20px 20px auto;font:500 14px/1.4 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
:host([position=left]){inset:auto auto 20px 20px}
:host([hidden]){display:none}
.launcher{position:relative;display:grid;place-items:center;width:56px;height:56px;margin:0;padding:0;border:0;border-radius:50%;background:var(--c);color:var(--t);box-shadow:0 2px 6px rgb(10 14 22/.16),0 8px 28px rgb(10 14 22/.2);cursor:pointer;transition:transform .18s cubic-bezier(.2,.8,.3,1),box-shadow .18s}
.launcher:hover{transform:translateY(-2px);box-shadow:0 4px 10px rgb(10 14 22/.18),0 14px 36px rgb(10 14 22/.24)}
.launcher:active{transform:scale(.96)}
.launcher:focus-visible{outline:3px solid var(--c);outline-offset:3px}
.launcher[hidden]{display:none}
svg{grid-area:1/1;width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;transition:opacity .16s,transform .2s}
.x,.open .chat{opacity:0;transform:rotate(-35deg) scale(.6)}
.open .x{opacity:1;transform:none}
.badge{position:absolute;top:-3px;inset-inline-end:-3px;box-sizing:border-box;min-width:21px;height:21px;padding:0 6px;border:2px solid #fff;border-radius:11px;background:#c8281c;color:#fff;font-size:11px;font-weight:700;line-height:17px;text-align:center}
.badge[hidden]{display:none}
.frame{position:absolute;inset:auto 0 72px auto;width:400px;height:min(704px,calc(100vh - 112px));border-radius:18px;overflow:hidden;background:#fff;box-shadow:0 0 0 1px rgb(10 14 22/.07),0 12px 48px rgb(10 14 22/.22);opacity:0;visibility:hidden;transform:translateY(12px) scale(.985);transform-origin:100% 100%;transition:opacity .16s,transform .2s cubic-bezier(.2,.8,.3,1),visibility 0s .2s}
:host([position=left]) .frame{inset:auto auto 72px 0;transform-origin:0 100%}
.frame.dark{background:#181b21}
.frame.open{opacity:1;visibility:visible;transform:none;transition:opacity .16s,transform .2s cubic-bezier(.2,.8,.3,1),visibility 0s}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
:host(.bare) .frame{bottom:0}
@media (max-width:480px),(max-height:480px){
.frame,:host([position=left]) .frame,:host(.bare) .frame{position:fixed;inset:0;top:var(--vt,0);width:100%;height:var(--vh,100dvh);border-radius:0}
.open+.frame{z-index:1}
}
@media (prefers-reduced-motion:reduce){*,.frame.open{transition:none!important}}
@media print{:host{display:none}}
`
  .replace(/\n/g, "")
  .trim();
