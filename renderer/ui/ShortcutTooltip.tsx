import { cloneElement, useId, type ReactElement } from 'react';
import { useLaterParts } from '../app/later.ts';

interface Props {
  label: string;
  shortcut: string | null;
  children: ReactElement<{ 'data-explained'?: string }>;
}

/** Says what a control does and by which keys it is reached without it. */
export function ShortcutTooltip({ label, shortcut, children }: Props) {
  const id = useId();
  const later = useLaterParts();
  return (
    <>
      {cloneElement(children, { 'data-explained': id })}
      {later && <later.TooltipOf target={`[data-explained="${id}"]`} label={label} shortcut={shortcut} />}
    </>
  );
}
