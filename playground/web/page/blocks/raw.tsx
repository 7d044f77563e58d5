// What the page cannot draw, shown as it came: never as nothing.
import { Component, type ReactNode } from "react";

export function Raw({ value }: { value: unknown }) {
  return <pre className="raw" tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>;
}

interface Props {
  value: unknown;
  children: ReactNode;
}

interface Tried {
  value?: unknown;
  failed: boolean;
}

/** Shows the JSON when drawing throws, and tries again when the value changes. */
export class Boundary extends Component<Props, Tried> {
  override state: Tried = { failed: false };
  static getDerivedStateFromError = (): Partial<Tried> => ({ failed: true });
  static getDerivedStateFromProps = ({ value }: Props, tried: Tried): Tried | null =>
    value === tried.value ? null : { value, failed: false };

  override render() {
    return this.state.failed ? <Raw value={this.props.value} /> : this.props.children;
  }
}
