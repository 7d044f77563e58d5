// Says that a deed failed, until it is closed or the next deed succeeds.
export function Notice({ text, onClose }: { text: string | null; onClose: () => void }) {
  if (!text) return null;
  return (
    <div className="notice-place">
      <p className="notice" role="alert">
        <span>{text}</span>
        <button type="button" className="close" aria-label="Dismiss" onClick={onClose}>×</button>
      </p>
    </div>
  );
}
