import type { VNode } from "preact";

// Line icons on a 24 grid, drawn with the text colour. Decorative: the control around each carries the name.

function icon(path: string, filled = false): () => VNode {
  return () => (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" class="icon">
      <path
        d={path}
        fill={filled ? "currentColor" : "none"}
        stroke={filled ? "none" : "currentColor"}
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export const CloseIcon = icon("M6 6l12 12M18 6L6 18");
export const ChevronDown = icon("M6 9l6 6 6-6");
export const ChevronLeft = icon("M15 5l-7 7 7 7");
export const SendIcon = icon("M12 19V5M5.5 11.5L12 5l6.5 6.5");
export const ArticleIcon = icon("M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 15.5h5");
export const OutIcon = icon("M9 6h9v9M18 6L7 17");
export const PersonIcon = icon("M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.500s6.7 1.9 7.5 5.5");
export const ShieldIcon = icon("M12 3l7.5 3v5.500c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.500V6zM9 12l2.2 2.200L15.2 10");
export const ClockIcon = icon("M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.2 2");
export const CheckIcon = icon("M5 12.500l4.5 4.500L19 7.5");
export const AlertIcon = icon("M12 8v5M12 16.500v.2M10.3 4.200L2.8 17.300A2 2 0 004.5 20.300h15a2 2 0 001.7-3L13.7 4.200a2 2 0 00-3.4 0z");
export const NoteIcon = icon("M5 4h14v10l-5 6H5zM14 20v-6h5");
export const BellIcon = icon("M6 16.500V11a6 6 0 0112 0v5.500l1.5 1.500h-15zM10 20.500h4");
export const BellOffIcon = icon("M6 16.500V11c0-1.5.5-2.8 1.4-3.900M10 5.300A6 6 0 0118 11v4M17 18H4.500L6 16.500M10 20.500h4M3.5 3.500l17 17");
export const KeyboardIcon = icon("M3.5 6.500h17v11h-17zM7 10h.1M10.5 10h.1M14 10h.1M17 10h.1M8 14h8");
export const SearchIcon = icon("M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.500L20 20");
export const SignOutIcon = icon("M14 4H5v16h9M10 12h10M16.5 8.500L20 12l-3.5 3.5");
export const ReturnIcon = icon("M9 6L4 11l5 5M4 11h10a6 6 0 016 6v1.5");
export const InboxIcon = icon("M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.500h4l1-2.500h5");
export const InfoIcon = icon("M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5.500M12 7.600v.2");
export const SunIcon = icon("M12 16a4 4 0 100-8 4 4 0 000 8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4");
export const MoonIcon = icon("M20 14.500A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.5 10.500z");
export const RouteIcon = icon("M6 8a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM18 21a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM6 8v5a4 4 0 004 4h5.500M14 6h4v6");
export const GlobeIcon = icon("M12 21a9 9 0 100-18 9 9 0 000 18zM3.5 12h17M12 3c2.5 2.7 3.6 5.7 3.6 9s-1.1 6.3-3.6 9c-2.5-2.7-3.6-5.7-3.6-9S9.5 5.7 12 3z");
export const ChatIcon = icon("M4 5.500h16v11H11l-4.5 4v-4H4z");
export const MailIcon = icon("M3.5 6h17v12h-17zM4 7l8 6.500L20 7");

/** The assistant's mark: two balanced discs on a beam, after a mobile. */
export function AssistantMark(): VNode {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" class="icon">
      <path
        d="M12.5 2.5v3.200M3.5 10.200c3.600-4.7 12.400-6.300 17-3M6.8 7.7V12M18.5 6.2v3.600"
        fill="none"
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linecap="round"
      />
      <circle cx="6.8" cy="16.4" r="4.7" fill="currentColor" />
      <circle cx="18.5" cy="12.8" r="3.1" fill="currentColor" />
    </svg>
  );
}
