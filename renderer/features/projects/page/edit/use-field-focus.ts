import { useEffect, useRef, useState, type RefObject } from 'react';

interface FieldFocus {
  editing: boolean;
  begin: () => void;
  /** Ends editing; by key, the focus goes back to the button that began it. */
  end: (byKey?: boolean) => void;
  button: RefObject<HTMLButtonElement | null>;
}

/** A field that takes the place of a button: whoever ends editing by key goes on by key. */
export function useFieldFocus(): FieldFocus {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const endedByKey = useRef(false);
  useEffect(() => {
    if (!editing && endedByKey.current) button.current?.focus();
    endedByKey.current = false;
  }, [editing]);
  return {
    editing,
    begin: () => setEditing(true),
    end: (byKey = false) => {
      endedByKey.current = byKey;
      setEditing(false);
    },
    button,
  };
}
