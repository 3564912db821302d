/**
 * Prevents exceptions in React when browser translation or an extension has moved or removed elements that React created. Text
 * is handled in `src/jsx/runtime.ts`. React asks an element's parent to remove it or to insert something before it, and the
 * browser throws when that is no longer the parent. This patches the two methods of the page's nodes.
 */
export function tolerateForeignChanges({ prototype }: { readonly prototype: Node }): void {
  const { removeChild, insertBefore } = prototype;

  prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    // Removes the child from its current parent; without one there is nothing to do.
    const parent = child.parentNode;
    if (parent !== null) removeChild.call(parent, child);
    return child;
  };

  prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    let place = before;
    // Inserts before the element that now wraps the reference node, or at the end when that is gone.
    while (place !== null && place.parentNode !== this) place = place.parentNode;
    insertBefore.call(this, node, place);
    return node;
  };
}
