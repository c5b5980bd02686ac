interface Layout {
  currentFilter(): unknown;
}

interface Shown {
  layoutSelectors: Layout;
  specSelectors: { taggedOperations(): { size: number } };
}

interface System {
  React: { createElement(type: unknown, props: object | null, ...children: string[]): unknown };
}

type IsShown = (place: string[], byDefault?: boolean) => boolean;

/**
 * A plugin of Swagger UI: what the filter leaves of the groups is open, as long as something stands in the filter;
 * where it leaves nothing, that is said (without it Swagger UI says that the document has no operations). It is sent to
 * the browser as it is written here, so it uses nothing from outside.
 */
export function openWhatIsFound() {
  return {
    wrapComponents: {
      operations:
        (original: unknown, { React }: System) =>
        (props: Shown) => {
          const sought = props.layoutSelectors.currentFilter();
          const isFiltered = typeof sought === 'string' && sought !== '';
          const isEmpty = isFiltered && props.specSelectors.taggedOperations().size === 0;
          return isEmpty ? React.createElement('h3', null, 'Nothing matches') : React.createElement(original, props);
        },
    },
    statePlugins: {
      layout: {
        wrapSelectors: {
          isShown: (original: IsShown, { layoutSelectors }: { layoutSelectors: Layout }) => {
            return (_state: unknown, place: string[], byDefault?: boolean) => {
              const sought = layoutSelectors.currentFilter();
              const isFound = place[0] === 'operations-tag' && typeof sought === 'string' && sought !== '';
              return original(place, byDefault === true || isFound);
            };
          },
        },
      },
    },
  };
}
