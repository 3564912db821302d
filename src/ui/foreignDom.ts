/**
 * Keeps React going where a translator or an extension has moved or removed elements that React made. Text needs none of
 * this (`src/jsx/runtime.ts`). React asks an element's parent to remove it or to insert something before it, and the
 * browser throws where that is no longer the parent. Owns the two methods of the page's nodes, knows no React.
 */
export function tolerateForeignChanges({ prototype }: { readonly prototype: Node }): void {
  const { removeChild, insertBefore } = prototype;

  prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    // Wherever it is now; where it is nowhere, all is done.
    const parent = child.parentNode;
    if (parent !== null) removeChild.call(parent, child);
    return child;
  };

  prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    let place = before;
    // Before what was wrapped around it; at the end where it is gone.
    while (place !== null && place.parentNode !== this) place = place.parentNode;
    insertBefore.call(this, node, place);
    return node;
  };
}
