interface Layout {
  currentFilter(): unknown;
}

type IsShown = (place: string[], byDefault?: boolean) => boolean;

/**
 * A plugin of Swagger UI: what the filter leaves of the groups is open, as long as something stands in the filter. It is
 * sent to the browser as it is written here, so it uses nothing from outside.
 */
export function openWhatIsFound() {
  return {
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
