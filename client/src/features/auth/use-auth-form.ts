import type { Session } from '@parley/contracts';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent, RefObject } from 'react';
import type * as z from 'zod/mini';
import { session } from '../../lib/api/call.ts';
import { fieldErrorsOf, focusFirstError, parseForm } from '../../lib/field-errors.ts';
import type { FieldErrors } from '../../lib/field-errors.ts';

export interface AuthFormOptions<S extends z.core.$ZodType> {
  readonly schema: S;
  readonly submit: (body: z.output<S>) => Promise<Session>;
}

export interface AuthForm {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly errors: FieldErrors;
  /** A failure that belongs to no field. */
  readonly failure: Error | null;
  readonly busy: boolean;
}

/** The life of a sign-in or sign-up form: check, send, put each error at its field, focus the first, start the session. */
export function useAuthForm<S extends z.core.$ZodType>({ schema, submit }: AuthFormOptions<S>): AuthForm {
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const mutation = useMutation({
    mutationFn: submit,
    onError: (error) => setErrors(fieldErrorsOf(error)),
    onSuccess: (started) => session.start(started),
  });

  useEffect(() => {
    if (form.current) focusFirstError(form.current, errors);
  }, [errors]);

  return {
    form,
    errors,
    failure: Object.keys(errors).length === 0 ? mutation.error : null,
    busy: mutation.isPending,
    onSubmit(event) {
      event.preventDefault();
      if (mutation.isPending) return;
      const parsed = parseForm(schema, event.currentTarget);
      setErrors(parsed.errors ?? {});
      mutation.reset();
      if (!parsed.errors) mutation.mutate(parsed.body);
    },
  };
}
