my-data-title = My data
