export const statusExample = {
  id: 1002,
  name: 'Первичный контакт',
  sort: 20,
  type: 0,
  color: '#98cbff',
  is_editable: true,
  pipeline_id: 1,
};

export const pipelineExample = {
  id: 1,
  name: 'Продажи',
  sort: 1,
  is_main: true,
  is_unsorted_on: true,
  is_archive: false,
  _embedded: { statuses: [statusExample] },
};
