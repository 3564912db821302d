/** Explains what the chosen recipe's document leaves open or gets wrong. It loads when a recipe with notes is chosen. */
import { ChevronRight } from "lucide-react";
import { RECIPE_NOTES } from "../../settings/recipes/notes.ts";

export function RecipeNotes({ recipeId }: { readonly recipeId: string }) {
  const notes = RECIPE_NOTES[recipeId] ?? [];
  if (notes.length === 0) return null;
  return (
    <details className="recipe-notes" key={recipeId}>
      <summary>
        <ChevronRight size={14} className="group-mark" aria-hidden />
        {notes.length === 1 ? "A note on its document" : `${notes.length} notes on its document`}
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}
