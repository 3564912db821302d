/** A button in one of the page's looks. It never submits a form. */
import type { ComponentProps } from "react";

const CLASSES = {
  plain: "button",
  primary: "button button-primary",
  small: "button button-small",
  tiny: "button button-tiny",
  icon: "icon-button",
  link: "link-button",
};

export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: keyof typeof CLASSES;
}

export function Button({ look = "plain", className, ...props }: ButtonProps) {
  const own = className === undefined ? "" : ` ${className}`;
  return <button type="button" className={CLASSES[look] + own} {...props} />;
}
