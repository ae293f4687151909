/** The sign of Aside: something said, and something said aside. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M5 3h11a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3h-5l-5 4v-4H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3Z" />
      <path
        d="M21 9.5a3 3 0 0 1 1 2.2v5a3 3 0 0 1-2 2.8V22l-3.2-2.3H13a3 3 0 0 1-2.4-1.2l1-1.5H17a4 4 0 0 0 4-4Z"
        opacity=".55"
      />
    </svg>
  );
}
