import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { TextFieldProps } from '../../ui/text-field.tsx';

/** A password input that can be shown in clear. Pasting and password managers work as everywhere. */
export function PasswordField(props: Omit<TextFieldProps, 'type' | 'trailing' | 'label'>) {
  const { auth } = useTexts();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      label={auth.password}
      type={shown ? 'text' : 'password'}
      trailing={
        <IconButton
          label={shown ? auth.hidePassword : auth.showPassword}
          icon={<Icon aria-hidden className="size-4" />}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
